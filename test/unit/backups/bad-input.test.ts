import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isIntact, seal } from '../../../src/protocol/backup/lines.ts';
import { BackupWorld, OPERATOR_KEY, withEnd } from '../../helpers/backups/backup-world.ts';

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

const ID = '0a6e9d64-7a3c-4a6e-9b0e-0f1d2c3b4a59';
const OTHER_ID = '1a6e9d64-7a3c-4a6e-9b0e-0f1d2c3b4a59';
const SHARED_ID = '2a6e9d64-7a3c-8a6e-9b0e-0f1d2c3b4a59';
const TIME = '2026-01-31T08:00:00.000Z';

const header = { kind: 'header', format: 1, namespace: 'notes', created_at: TIME, version: '1' };
const account = {
  ...{ kind: 'account', id: ID, email: 'ann@example.com', changes: 0, past_passwords: 0 },
  ...{ created_at: TIME, verified_at: null, is_disabled: false },
  password_hash: '$argon2id$v=19$m=19456,t=2,p=1$Y29ycmVjdA$AAAA',
};
const HLC = 'Nn1JUUT-----uCEL';
const change = [[{}], [{ name: ['Ann', HLC] }], 1];
const part = { kind: 'part', store: ID, part: 1, is_last: true, change };

const textOf = (...records: object[]) => withEnd(records.map((record) => JSON.stringify(record)));
const GOOD = textOf(header, account, part);

async function refusalOf(text: string) {
  const world = new BackupWorld();
  const answer = await world.operate('POST', '/import', text);
  // Nothing of it is done.
  expect(await world.hashes()).toEqual({});
  return { status: answer.status, ...JSON.parse(answer.text) };
}

it('a good request is imported', async () => {
  const world = new BackupWorld();
  const { status, text } = await world.operate('POST', '/import', GOOD);
  expect({ status, ...JSON.parse(text) }).toEqual({
    status: 200,
    accounts: 1,
    stores: 1,
    conflicts: [],
  });
});

describe('a request is refused as a whole, with the number of the line, if', () => {
  const lines = GOOD.split('\n').slice(0, -1);
  const [head = '', ann = '', content = '', end = ''] = lines;
  const second = { ...account, id: OTHER_ID, email: 'bob@example.com' };
  const bad: [string, string, number, RegExp][] = [
    ['it is empty', '', 0, /truncated/],
    ['its end is missing', GOOD.slice(0, -end.length - 1), 3, /truncated/],
    ['it ends in a line', GOOD.slice(0, -20), 4, /not JSON/],
    ['it has no header', GOOD.slice(head.length + 1), 1, /header/],
    ['it has a second header', [head, head, ann, content, end].join('\n'), 2, /second header/],
    ['something follows the end', `${GOOD}${ann}\n`, 5, /follow the end/],
    ['an account is doubled', [head, ann, content, ann, end].join('\n'), 4, /second/],
    ['a part is doubled', [head, ann, content, content, end].join('\n'), 4, /another place/],
    ['a line is missing', [head, ann, end].join('\n'), 3, /where there are 1 accounts and 0/],
    ['a store comes before its account', [head, content, ann, end].join('\n'), 3, /second/],
    [
      'parts are in another order',
      textOf(header, account, { ...part, part: 2 }, part),
      3,
      /part 1 of .* is expected/,
    ],
    [
      'a part is of another store',
      textOf(header, account, { ...part, store: OTHER_ID }),
      3,
      /another place/,
    ],
    ['parts are missing', textOf(header, account, second, part), 3, /missing before/],
    ['a line is blank', [head, '', ann, content, end].join('\n'), 2, /not JSON/],
    ['a line is nested deeply', `${head}\n${'['.repeat(60_000)}\n`, 2, /nested too deeply/],
    ['a line is a list', `${head}\n[]\n`, 2, /not an object/],
    ['a record is of an unknown kind', `${head}\n{"kind":"x"}\n`, 2, /kind/],
    ['a record has a prototype', `${head}\n{"__proto__":{"kind":"account"}}\n`, 2, /kind/],
    ['an address is none', textOf(header, { ...account, email: 'ann' }), 2, /email/],
    ['a hash is of no kind we know', textOf(header, { ...account, password_hash: 'x' }), 2, /hash/],
    [
      'a hash would take minutes to verify',
      textOf(header, { ...account, password_hash: '$argon2id$v=19$m=4194304,t=9,p=1$AAAA$AAAA' }),
      2,
      /password_hash/,
    ],
    [
      'an account has the id of a shared store',
      textOf(header, { ...account, id: SHARED_ID }),
      2,
      /id/,
    ],
    ['a counter is too large', textOf(header, { ...account, changes: 1e300 }), 2, /changes/],
    ['a time is none', textOf(header, { ...account, created_at: 'now' }), 2, /created_at/],
    ['a change is none', textOf(header, account, { ...part, change: {} }), 3, /change/],
  ];

  it.each(bad)('%s', async (_, text, line, message) => {
    const refused = await refusalOf(text);
    expect(refused).toMatchObject({ status: 400, error: 'invalid_backup', line });
    expect(refused.message).toMatch(message);
  });

  it('a line was damaged', async () => {
    const sealed = await seal(account as never);
    expect(await isIntact(sealed)).toBe(true);
    const damaged = sealed.replace('ann@', 'anm@');
    const refused = await refusalOf([head, damaged, content, end].join('\n'));
    expect(refused).toMatchObject({ status: 400, error: 'invalid_backup', line: 2 });
    expect(refused.message).toMatch(/damaged/);
  });

  it('it has more accounts and stores than a request may call rooms for', async () => {
    const many = Array.from({ length: 41 }, (_, n) => {
      const id = `${ID.slice(0, -2)}${n + 10}`;
      return [
        { ...account, id, email: `a${n}@example.com` },
        { ...part, store: id },
      ];
    });
    const refused = await refusalOf(textOf(header, ...many.flat()));
    expect(refused).toMatchObject({ status: 400, error: 'invalid_backup' });
  });

  it('it is of a newer format', async () => {
    const refused = await refusalOf(textOf({ ...header, format: 3 }, account, part));
    expect(refused).toMatchObject({ status: 409, error: 'newer_format', line: 1 });
  });

  it('it is of another namespace', async () => {
    const refused = await refusalOf(textOf({ ...header, namespace: 'todo' }, account, part));
    expect(refused).toMatchObject({ status: 409, error: 'other_namespace', line: 1 });
  });

  it('it is too large', async () => {
    const world = new BackupWorld({ MAX_SYNC_BYTES: 1 });
    const { status } = await world.operate('POST', '/import', ' '.repeat(5_000_000));
    expect(status).toBe(413);
  });
});

describe('a key', () => {
  it('needs the scope of the route, and the namespace', async () => {
    const world = new BackupWorld();
    const key = async (namespace: string, scope: string) => {
      const body = { namespace, scopes: [scope] };
      const issued = await world.edge.send('POST', '/admin/keys', { key: OPERATOR_KEY, body });
      return String(issued.body.key);
    };
    const reader = await key('notes', 'backup:read');
    const writer = await key('notes', 'backup:write');
    const stranger = await key('todo', 'backup:read');
    const status = async (method: string, path: string, one: string) =>
      (await world.operate(method, path, method === 'POST' ? GOOD : undefined, one)).status;
    expect(await status('GET', '/backup', reader)).toBe(200);
    expect(await status('GET', '/hashes', reader)).toBe(200);
    expect(await status('POST', '/import', reader)).toBe(403);
    expect(await status('POST', '/import', writer)).toBe(200);
    expect(await status('GET', '/backup', writer)).toBe(403);
    expect(await status('GET', '/backup', stranger)).toBe(403);
  });

  it('cannot found a namespace that the deployment does not list', async () => {
    const world = new BackupWorld({ NAMESPACES: 'todo' });
    const { status, text } = await world.operate('POST', '/import', GOOD);
    expect([status, JSON.parse(text).error]).toEqual([403, 'namespace_unknown']);
  });
});

describe('a conflict stops nothing else and names its line:', () => {
  const conflictsOf = async (world: BackupWorld, ...records: object[]) =>
    world.import([header, ...records].map((record) => JSON.stringify(record)));

  it('an address that belongs to another account here', async () => {
    const world = new BackupWorld();
    const ann = await world.signUp('Ann@Example.com');
    const second = { ...account, id: OTHER_ID, email: 'bob@example.com' };
    const others = [second, { ...part, store: OTHER_ID }];
    expect(await conflictsOf(world, account, part, ...others)).toEqual({
      accounts: 1,
      stores: 1,
      conflicts: [{ line: 2, id: ID, reason: 'address_taken' }],
    });
    expect((await world.hashes())[`account ${ann.id}`]).toBeDefined();
    expect(await world.read(ann.session)).toEqual({ tables: {}, values: {} });
  });

  it('an id that belongs to another address here', async () => {
    const world = new BackupWorld();
    await conflictsOf(world, account, part);
    const before = await world.hashes();
    const thief = { ...account, email: 'eve@example.com' };
    const summary = await conflictsOf(world, thief, part);
    expect(summary.conflicts).toEqual([{ line: 2, id: ID, reason: 'address_taken' }]);
    expect(await world.hashes()).toEqual(before);
  });

  it('a store without an account', async () => {
    const summary = await conflictsOf(new BackupWorld(), part);
    expect(summary.conflicts).toEqual([{ line: 2, id: ID, reason: 'no_account' }]);
  });

  const content = (hlc: string, value: unknown = 'x') => [[{}], [{ name: [value, hlc] }], 1];
  const future = 'z'.repeat(16);
  const parts: [string, unknown, string][] = [
    ['a stamp from the far future', content(future), 'clock_ahead'],
    ['a stamp that is none', content('tomorrow'), 'malformed'],
    ['a change that is none', [1, [2], 3], 'malformed'],
    ['a store that would be too large', content(HLC, 'x'.repeat(3_000)), 'store_full'],
  ];

  it.each(parts)('%s, and nothing of its part is merged', async (_, change, reason) => {
    const world = new BackupWorld({ MAX_STORE_BYTES: 2_000 });
    const good = [[{}], [{ other: [1, HLC] }], 1];
    const [, [values]] = change as [unknown, [object]];
    const mixed = typeof values === 'object' ? [[{}], [{ a: [1, HLC], ...values }], 1] : change;
    const records = [account, { ...part, is_last: false, change: good }];
    const summary = await conflictsOf(world, ...records, { ...part, part: 2, change: mixed });
    expect(summary).toEqual({
      accounts: 1,
      stores: 0,
      conflicts: [{ line: 4, id: ID, reason }],
    });
    const { room } = await world.room(ID);
    const copy = await room.request(new Request(`http://room/back-up-store?store=${ID}`));
    expect(JSON.parse((await copy.text()).trim()).change).toEqual(good);
  });

  it('ids like __proto__ are ids like any other', async () => {
    const world = new BackupWorld();
    const text = `[[{"__proto__":[{"constructor":[{"__proto__":["x","${HLC}"]}]}]}],[{}],1]`;
    const lines = [header, account].map((record) => JSON.stringify(record));
    lines.push(JSON.stringify(part).replace(JSON.stringify(change), text));
    expect((await world.import(lines)).conflicts).toEqual([]);
    const { room } = await world.room(ID);
    const copy = await room.request(new Request(`http://room/back-up-store?store=${ID}`));
    expect(await copy.text()).toContain(text);
    expect('x' in {}).toBe(false);
  });
});

describe('the cursor of a backup', () => {
  const wrong = ['x', 'stores:x', `accounts:${'x'.repeat(500)}`];

  it.each(wrong)('is refused if it is none: %#', async (cursor) => {
    const { status } = await new BackupWorld().operate('GET', `/backup?cursor=${cursor}`);
    expect(status).toBe(400);
  });

  it.each(['0', '19', '1.5', 'x'])('a limit of %s is refused', async (limit) => {
    const { status } = await new BackupWorld().operate('GET', `/backup?limit=${limit}`);
    expect(status).toBe(400);
  });
});
