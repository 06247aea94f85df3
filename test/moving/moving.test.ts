import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DevServer, startDevServer } from '../../dev/dev-server.ts';
import { OPERATOR_KEY } from '../../src/edge/openapi/examples.ts';
import type { Engine } from '../../src/platform.ts';
import { addressOf, PASSWORD, writeLargeBackup } from '../helpers/backups/large-backup.ts';
import { DRILL, followDrill, SERVICE } from '../helpers/backups/restore-drill.ts';
import { killedAfter, tinyhost } from '../helpers/backups/run-command.ts';
import { bearer, newUser, post } from '../helpers/requests/users.ts';

const ACCOUNTS = 1_000;

const namespace = 'notes';

/** The key of the service on Workers, as in the restore drill. */
const DRILL_KEY = 'a-key-for-this-drill-of-32-characters';
const THERE = { env: { TINYHOST_KEY: DRILL_KEY } };

/** A folder in memory, if there is one: each of 4,000 rooms waits for the disk. */
const TEMPORARY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let folder: string;
let servers: DevServer[];
let partykit: string;
let workers: string;

beforeAll(async () => {
  folder = await mkdtemp(join(TEMPORARY, 'tinyhost-moving-'));
  const start = (engine: Engine, key: string) =>
    startDevServer(engine, { persist: fileOf(engine), vars: { OPERATOR_KEY: key } });
  servers = await Promise.all([start('partykit', OPERATOR_KEY), start('workers', DRILL_KEY)]);
  [partykit = '', workers = ''] = servers.map(({ url }) => url);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await rm(folder, { recursive: true, force: true });
});

const fileOf = (name: string): string => join(folder, name);

async function signIn(url: string, number: number): Promise<string> {
  const credentials = { email: addressOf(number), password: PASSWORD };
  const response = await post(`${url}/${namespace}/sign-in`, credentials);
  expect(response.status).toBe(200);
  return ((await response.json()) as { session_uuid: string }).session_uuid;
}

const store = (url: string, session: string, init: RequestInit = {}) =>
  fetch(`${url}/${namespace}/store/values/n`, {
    ...init,
    headers: { ...bearer(session), 'Content-Type': 'application/json' },
  });

/** Compares the engines, and expects that all accounts and stores are equal. */
async function expectEqual(): Promise<void> {
  const urls = ['--url', partykit, '--url', workers];
  const compared = await tinyhost(['verify', ...urls, '--namespace', namespace], {
    env: { TINYHOST_OTHER_KEY: DRILL_KEY },
  });
  expect(compared.errors).toBe('');
  expect(compared.output).toMatch(/^0 of 1,000 accounts differ, 0 of 1,000 stores differ\n$/);
  expect(compared.code).toBe(0);
}

test('1,000 accounts move from PartyKit to Workers and back, although the command is killed', async () => {
  const generated = fileOf('generated.ndjson');
  const bytes = await writeLargeBackup(generated, namespace, ACCOUNTS);
  expect(bytes).toBeGreaterThan(10_000_000);
  const times: Record<string, number> = {};
  const timed = async <Value>(name: string, run: () => Promise<Value>): Promise<Value> => {
    const began = performance.now();
    const value = await run();
    times[name] = Math.round(performance.now() - began);
    return value;
  };

  const toPartyKit = ['import', '--url', partykit, '--file', generated];
  await timed('fill', () => tinyhost(toPartyKit));

  const moved = fileOf('moved.ndjson');
  const backUp = ['backup', '--url', partykit, '--namespace', namespace, '--file', moved];
  await killedAfter(`${moved}.place`, backUp);
  expect(existsSync(moved)).toBe(false);
  const backedUp = await timed('backup', () => tinyhost(backUp));
  expect(backedUp).toMatchObject({ code: 0, errors: '' });
  expect(backedUp.output).toContain('1,000 accounts and 1,000 stores');
  expect(existsSync(`${moved}.place`)).toBe(false);
  expect(readFileSync(moved, 'utf8').split('\n')).toHaveLength(2 * ACCOUNTS + 3);

  const toWorkers = ['import', '--url', workers, '--file', moved];
  await killedAfter(`${moved}.import`, toWorkers, THERE.env);
  expect(existsSync(`${moved}.import`)).toBe(true);
  expect(await timed('import', () => tinyhost(toWorkers, THERE))).toMatchObject({
    code: 0,
    errors: '',
  });
  await timed('verify', expectEqual);

  const session = await signIn(workers, 7);
  await signIn(workers, 993);
  expect(await (await store(workers, session)).json()).toBe(7);
  await store(workers, session, { method: 'PUT', body: '"moved"' });

  const back = fileOf('back.ndjson');
  const backUpThere = ['backup', '--url', workers, '--namespace', namespace, '--file', back];
  expect(await timed('backup back', () => tinyhost(backUpThere, THERE))).toMatchObject({ code: 0 });
  const differs = await tinyhost(['verify', '--url', partykit, '--file', back]);
  expect(differs).toMatchObject({ code: 1 });
  expect(differs.output).toBe('0 of 1,000 accounts differ, 1 of 1,000 stores differ\n');
  const home = ['import', '--url', partykit, '--file', back];
  expect(await timed('import back', () => tinyhost(home))).toMatchObject({ code: 0, errors: '' });
  await expectEqual();
  const again = await signIn(partykit, 7);
  expect(await (await store(partykit, again)).json()).toBe('moved');
  console.log(`${bytes} bytes, in ms: ${JSON.stringify(times)}`);
}, 300_000);

test('the restore drill works to the letter', async () => {
  const ada = await newUser({ url: partykit, namespace: 'todo', email: 'ada@example.com' });
  const content = { tables: { tasks: { task1: { title: 'Learn TinyBase' } } }, values: {} };
  await fetch(`${partykit}/todo/store`, {
    method: 'PUT',
    headers: { ...bearer(ada.session_uuid), 'Content-Type': 'application/json' },
    body: JSON.stringify(content),
  });
  const listed = async () =>
    (await fetch(`${partykit}/admin/todo/accounts`, { headers: bearer(OPERATOR_KEY) })).text();
  await expect.poll(listed).toContain('ada@example.com');

  const printed = await followDrill(folder, { [SERVICE]: partykit, [DRILL]: workers });
  expect(printed.match(/1 accounts and 1 stores/g)).toHaveLength(3);
  expect(printed.match(/0 of 1 accounts differ, 0 of 1 stores differ$/gm)).toHaveLength(2);
  expect(printed).toContain(JSON.stringify(content));
  expect(existsSync(join(folder, 'drill.ndjson'))).toBe(false);
}, 120_000);
