import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../packages/server/src/main.ts';
import { handleRequest } from '../../../src/edge/app.ts';
import { BackupWorld, OPERATOR_KEY } from '../../helpers/backups/backup-world.ts';
import { eventually } from '../../helpers/requests/eventually.ts';

/** The URLs of two deployments in memory. */
const HERE = 'https://here.example/sync';
const THERE = 'https://there.example';

let folder = '';
let here: BackupWorld;
let there: BackupWorld;
/** Runs before each request; what it returns takes the place of the answer. */
let meanwhile: (url: string) => Response | undefined | Promise<undefined>;
let requests = 0;

beforeEach(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'tinyhost-command-'));
  here = new BackupWorld();
  there = new BackupWorld();
  meanwhile = () => undefined;
  requests = 0;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    requests += 1;
    const world = url.startsWith(HERE) ? here : there;
    const path = url.replace(HERE, '').replace(THERE, '');
    const answer = await meanwhile(path);
    const request = new Request(`https://api.example${path}`, init);
    return answer ?? handleRequest(request, world.edge.host);
  });
  for (const name of ['ann', 'bob', 'cy']) {
    const { session } = await here.signUp(`${name}@example.com`);
    await here.write(session, { tables: {}, values: { name } });
  }
  await eventually(async () => expect(await here.backUp()).toHaveLength(7));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const fileOf = (name: string): string => join(folder, name);

async function run(args: string[], env: Record<string, string> = {}, output?: PassThrough) {
  const printed: string[] = [];
  const errors: string[] = [];
  const code = await main(args, {
    env: { TINYHOST_KEY: OPERATOR_KEY, ...env },
    output,
    print: (text) => printed.push(text),
    printError: (text) => errors.push(text),
    pauses: [0, 0],
  });
  return { code, output: printed.join('\n'), errors: errors.join('\n') };
}

const backUp = (...more: string[]) =>
  run(['backup', '--url', HERE, '--namespace', 'notes', '--file', fileOf('b'), ...more]);
const restore = (...more: string[]) =>
  run(['import', '--url', THERE, '--file', fileOf('b'), ...more]);

describe('the command', () => {
  it('backs up and imports the history on demand', async () => {
    expect(await backUp('--history')).toMatchObject({ code: 0, errors: '' });
    expect(readFileSync(fileOf('b'), 'utf8').match(/"kind":"moment"/g)).toHaveLength(3);
    expect(await restore()).toMatchObject({ code: 0, errors: '' });
    const verified = await run(['verify', '--url', THERE, '--file', fileOf('b')]);
    expect(verified).toMatchObject({ code: 0, errors: '' });
    const signedIn = await there.signIn('bob@example.com');
    const session = signedIn.ok ? signedIn.value.session_uuid : '';
    expect(await there.history(session)).toMatchObject([
      { by: [expect.stringMatching(/^session:/)] },
    ]);
    expect(await restore('--history')).toMatchObject({ code: 2 });
  });

  it('backs up, imports and verifies', async () => {
    expect(await backUp()).toEqual({
      code: 0,
      output: `${fileOf('b')}: 3 accounts and 3 stores`,
      errors: '',
    });
    expect(await restore()).toMatchObject({ code: 0, errors: '' });
    const compared = ['verify', '--url', HERE, '--url', THERE, '--namespace', 'notes'];
    const equal = '0 of 3 accounts differ, 0 of 3 stores differ';
    expect(await run(compared)).toEqual({ code: 0, output: equal, errors: '' });
    const withFile = ['verify', '--url', THERE, '--file', fileOf('b')];
    expect(await run(withFile)).toEqual({ code: 0, output: equal, errors: '' });
  });

  it('names what differs, and where something is missing', async () => {
    await backUp();
    await restore();
    const signedIn = await there.signIn('ann@example.com');
    if (!signedIn.ok) throw new Error(signedIn.message);
    await there.write(signedIn.value.session_uuid, { tables: {}, values: {} });
    await there.signUp('dee@example.com');
    await eventually(async () => expect(await there.backUp()).toHaveLength(9));
    const compared = await run(['verify', '--url', THERE, '--file', fileOf('b')]);
    expect(compared).toMatchObject({
      code: 1,
      output: '1 of 4 accounts differ, 2 of 4 stores differ',
    });
    expect(compared.errors).toMatch(/^account \S+: is not in .*b\nstore /);
    expect(compared.errors).toMatch(/^store \S+: differs$/m);
  });

  it('leaves a backup that only its owner can read, and no other file', async () => {
    await backUp();
    expect(statSync(fileOf('b')).mode & 0o777).toBe(0o600);
    expect([`${fileOf('b')}.part`, `${fileOf('b')}.place`].filter(existsSync)).toEqual([]);
  });

  it('keeps the backup of before until a new one is complete', async () => {
    writeFileSync(fileOf('b'), 'the backup of yesterday');
    meanwhile = () => new Response(null, { status: 500 });
    expect(await backUp()).toMatchObject({ code: 3 });
    expect(readFileSync(fileOf('b'), 'utf8')).toBe('the backup of yesterday');
  });

  it('tells conflicts with the lines of the file', async () => {
    await there.signUp('ann@example.com');
    await backUp();
    const { code, errors } = await restore();
    expect(code).toBe(1);
    expect(errors).toMatch(/^line 2: \S+: address_taken\n1 conflicts$/);
  });

  it('shows progress on a terminal', async () => {
    const terminal = new PassThrough();
    let shown = '';
    terminal.on('data', (chunk) => {
      shown += chunk;
    });
    meanwhile = () => new Promise((resolve) => setTimeout(resolve, 150));
    await run(
      ['backup', '--url', HERE, '--namespace', 'notes', '--file', fileOf('b')],
      {},
      terminal,
    );
    expect(shown).toContain('Backing notes up');
    expect(shown).toContain('Complete');
  });
});

describe('an interrupted network', () => {
  it('costs a repetition, also where an answer breaks off', async () => {
    let failures = 2;
    meanwhile = (path) => {
      if (!path.includes('/backup') || failures-- <= 0) return undefined;
      return failures === 1
        ? new Response('{"kind":"header"}\n')
        : new Response('', { status: 503 });
    };
    expect(await backUp()).toMatchObject({ code: 0 });
  });

  it('ends the command with 3 after some attempts, and the next run continues', async () => {
    meanwhile = () => {
      throw new TypeError('fetch failed');
    };
    requests = 0;
    const failed = await backUp();
    expect(failed).toMatchObject({ code: 3, errors: expect.stringContaining('fetch failed') });
    expect(requests).toBe(4);
    meanwhile = () => undefined;
    expect(await backUp()).toMatchObject({ code: 0 });
  });

  it('does not repeat what the server refuses', async () => {
    requests = 0;
    const wrong = ['backup', '--url', HERE, '--namespace', 'notes', '--file', fileOf('b')];
    const refused = await run(wrong, { TINYHOST_KEY: 'wrong' });
    expect(refused).toMatchObject({ code: 3, errors: 'tinyhost: this is not a valid key' });
    expect(requests).toBe(2);
  });
});

describe('a damaged backup', () => {
  const damage: [string, (text: string) => string, RegExp][] = [
    ['truncated between lines', (text) => text.split('\n').slice(0, 5).join('\n'), /truncated/],
    ['truncated within a line', (text) => text.slice(0, -30), /not JSON/],
    ['empty', () => '', /truncated/],
    ['no text', () => '\u0000\u0001', /not JSON/],
    ['changed', (text) => text.replace('bob@', 'rob@'), /line 4: it does not match its hash/],
    ['without a line', (text) => text.replace(/.*bob@.*\n/, ''), /another place/],
    ['doubled', (text) => text + text, /follow the end/],
    ['of a newer format', (text) => text.replace(/.*\n/, `${NEWER}\n`), /newer/],
  ];
  const NEWER =
    '{"kind":"header","format":9,"namespace":"notes","created_at":"","version":"9.0.0"}';

  it.each(damage)('that is %s imports nothing, and ends with 4', async (_, change, message) => {
    await backUp();
    writeFileSync(fileOf('b'), change(readFileSync(fileOf('b'), 'utf8')));
    requests = 0;
    const { code, errors } = await restore();
    expect(code).toBe(4);
    expect(errors).toMatch(message);
    expect(requests).toBe(0);
  });

  it('that is missing ends with 4', async () => {
    expect(await restore()).toMatchObject({ code: 4, errors: expect.stringContaining('ENOENT') });
  });
});

describe('an encrypted backup', () => {
  it('can be read with the identity of its recipient only', async () => {
    const identity = await generateIdentity();
    writeFileSync(fileOf('key'), `# made by age-keygen\n${identity}\n`);
    writeFileSync(fileOf('other'), `${await generateIdentity()}\n`);
    expect(await backUp('--recipient', await identityToRecipient(identity))).toMatchObject({
      code: 0,
    });
    expect(readFileSync(fileOf('b'), 'latin1')).toMatch(/^age-encryption\.org\/v1\n/);
    expect(readFileSync(fileOf('b'), 'latin1')).not.toContain('ann@example.com');
    expect(await restore()).toMatchObject({ code: 2 });
    expect(await restore('--identity', fileOf('other'))).toMatchObject({ code: 4 });
    expect(await restore('--identity', fileOf('key'))).toMatchObject({ code: 0, errors: '' });
    expect(await there.hashes()).toEqual(await here.hashes());
  });

  it('that was cut off imports nothing', async () => {
    const identity = await generateIdentity();
    writeFileSync(fileOf('key'), `${identity}\n`);
    await backUp('--recipient', await identityToRecipient(identity));
    writeFileSync(fileOf('b'), readFileSync(fileOf('b')).subarray(0, -40));
    expect(await restore('--identity', fileOf('key'))).toMatchObject({ code: 4 });
    expect(await there.hashes()).toEqual({});
  });
});

describe('wrong arguments end with 2 before a request:', () => {
  const B = ['--file', 'b'];
  const N = ['--namespace', 'notes'];
  const U = ['--url', HERE];
  const wrong: [string[], Record<string, string>][] = [
    [[], {}],
    [['restore', ...U, ...B], {}],
    [['backup', ...U, ...B], {}],
    [['backup', ...U, ...N], {}],
    [['backup', ...B, ...N], {}],
    [['backup', ...U, ...B, '--namespace', 'No'], {}],
    [['backup', ...U, ...B, ...N], { TINYHOST_KEY: '' }],
    [['backup', ...U, ...B, ...N, '--passphrase'], {}],
    [['backup', ...U, ...B, ...N, '--recipient', 'age1x'], {}],
    [['backup', '--url', 'http://here.example', ...B, ...N], {}],
    [['backup', '--url', 'https://ann@here.example', ...B, ...N], {}],
    [['backup', '--url', 'here', ...B, ...N], {}],
    [['import', ...U, ...B, '--recipient', 'age1x'], {}],
    [['import', ...U], {}],
    [['verify', ...U, ...N], {}],
    [['verify', ...U, ...U], {}],
    [['backup', '--fast'], {}],
  ];

  it.each(wrong)('%j', async (args, env) => {
    requests = 0;
    const { code, errors } = await run(args, env);
    expect(code).toBe(2);
    expect(errors).toContain('--help');
    expect(errors).not.toContain(OPERATOR_KEY);
    expect(requests).toBe(0);
  });

  it('a backup of another namespace', async () => {
    await backUp();
    requests = 0;
    expect(await restore('--namespace', 'todo')).toMatchObject({ code: 2 });
    expect(requests).toBe(0);
  });
});
