import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256Hex } from '../../../src/auth/sha256.ts';
import type { OperatorOperations } from '../../../src/operations/auth-room-operations.ts';
import { call } from '../../../src/operations/room-calls.ts';
import type { IssuedKey, ListedKey } from '../../../src/protocol/http-api/operator-keys.ts';
import { EdgeWorld } from '../../helpers/in-memory/edge-world.ts';

const OPERATOR_KEY = '0123456789abcdef0123456789abcdef';
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 31, 8);
const IN_A_MINUTE = '2026-01-31T08:01:00.000Z';

let world: EdgeWorld;
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  world = new EdgeWorld({ OPERATOR_KEY });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const send = (method: string, path: string, body?: unknown) =>
  world.send(method, `/admin/keys${path}`, { key: OPERATOR_KEY, body });

async function create(body: object = {}): Promise<IssuedKey> {
  const answer = await send('POST', '', { scopes: ['stores:read'], ...body });
  expect(answer.status).toBe(200);
  return answer.body as unknown as IssuedKey;
}

const list = async () => (await send('GET', '')).body.keys as ListedKey[];

/** What a key is answered: 403 if it is known, because no key may list keys; else 401. */
const use = async ({ key }: IssuedKey) => (await world.send('GET', '/admin/keys', { key })).status;

const storage = () => world.auth.storage('operator');

describe('a key', () => {
  it('is told once, and only its hash is stored', async () => {
    const { key, ...listed } = await create({ namespace: 'todo', note: ' nightly report ' });
    expect(key).toMatch(/^thk_[0-9a-f]{64}$/);
    expect(listed).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      namespace: 'todo',
      scopes: ['stores:read'],
      created_at: '2026-01-31T08:00:00.000Z',
      expires_at: null,
      last_used_on: null,
      note: 'nightly report',
    });
    expect(await list()).toEqual([listed]);
    expect(storage().dump()).not.toContain(key.slice(4));
    expect((await create()).key).not.toBe(key);
  });

  it('is known until it is revoked', async () => {
    const [one, other] = [await create(), await create()];
    expect(await use(one)).toBe(403);
    expect(await send('DELETE', `/${one.id}`)).toMatchObject({
      status: 200,
      body: { success: true, message: 'Key revoked' },
    });
    expect(await use(one)).toBe(401);
    expect(await use(other)).toBe(403);
    expect((await list()).map(({ id }) => id)).toEqual([other.id]);
    const again = await send('DELETE', `/${one.id}`);
    expect(again).toMatchObject({ status: 404, body: { error: 'not_found' } });
  });

  it('is unknown from its expiry on, and still listed', async () => {
    const key = await create({ expires_at: IN_A_MINUTE });
    expect(key.expires_at).toBe('2026-01-31T08:01:00.000Z');
    vi.setSystemTime(NOW + 59_999);
    expect(await use(key)).toBe(403);
    vi.setSystemTime(NOW + 60_000);
    expect(await use(key)).toBe(401);
    expect(await list()).toHaveLength(1);
  });

  it('has its last use stored, once a day', async () => {
    const key = await create();
    const before = storage().writes;
    for (let count = 0; count < 3; count += 1) await use(key);
    expect(storage().writes).toBe(before + 1);
    expect((await list())[0]!.last_used_on).toBe('2026-01-31');
    vi.setSystemTime(NOW + DAY);
    await Promise.all([use(key), use(key)]);
    expect((await list())[0]!.last_used_on).toBe('2026-02-01');
  });

  it('that is revoked while it is used does not come back', async () => {
    const { id, key } = await create();
    const room = world.auth.auth('operator');
    const [checked, revoked] = await Promise.all([
      call<OperatorOperations, 'check-key'>(room, 'check-key', { key_hash: sha256Hex(key) }),
      call<OperatorOperations, 'revoke-key'>(room, 'revoke-key', { id }),
    ]);
    expect([checked.ok, revoked.ok]).toEqual([true, true]);
    expect(await list()).toEqual([]);
  });

  it('costs one call to a room', async () => {
    const key = await create();
    await use(key);
    world.called.length = 0;
    await use(key);
    expect(world.called).toEqual(['operator']);
  });

  it('is unknown to a deployment without OPERATOR_KEY', async () => {
    const key = await create();
    const closed = new EdgeWorld();
    closed.auth.storages.set('operator', storage());
    expect((await closed.send('GET', '/admin/keys', { key: key.key })).status).toBe(404);
  });

  it('of a newer format is not touched', async () => {
    const key = await create();
    const [[name, stored]] = [...(await storage().list<object>({ prefix: 'key:' }))] as [
      [string, object],
    ];
    await storage().put(name, { ...stored, format: 2 });
    const before = storage().dump();
    expect(await use(key)).toBe(500);
    expect((await send('DELETE', `/${key.id}`)).status).toBe(500);
    expect(storage().dump()).toBe(before);
  });
});

describe('the list of keys', () => {
  it('is in the order of their creation', async () => {
    const ids = [];
    for (let count = 0; count < 5; count += 1) {
      vi.setSystemTime(NOW + count);
      ids.push((await create()).id);
    }
    expect((await list()).map(({ id }) => id)).toEqual(ids);
  });

  it('has 200 places, and gives those of expired keys to new ones', async () => {
    for (let count = 0; count < 199; count += 1) await create();
    await create({ expires_at: IN_A_MINUTE });
    const full = await send('POST', '', { scopes: ['stores:read'] });
    expect(full).toMatchObject({ status: 409, body: { error: 'limit_reached', field: 'keys' } });
    vi.setSystemTime(NOW + 60_000);
    await create();
    expect(await list()).toHaveLength(200);
    expect((await send('POST', '', { scopes: ['stores:read'] })).status).toBe(409);
  });
});

describe('a new key', () => {
  const scopes = ['stores:read'];

  it.each([
    [{}, 'scopes', 'is missing'],
    [{ scopes: [] }, 'scopes', 'is empty'],
    [{ scopes: 'stores:read' }, 'scopes', 'must be a list'],
    [{ scopes: ['stores:reed'] }, 'scopes.0', 'must be one of'],
    [{ scopes: ['stores:read', 'keys:write'] }, 'scopes.1', 'must be one of'],
    [{ scopes: Array(10).fill('stores:read') }, 'scopes', 'twice'],
    [{ scopes, namespace: 'To do' }, 'namespace', 'is not a namespace'],
    [{ scopes, namespace: 'admin' }, 'namespace', 'is not a namespace'],
    [{ scopes, expires_at: 60 }, 'expires_at', 'must be a string'],
    [{ scopes, expires_at: 'tomorrow' }, 'expires_at', 'must be a time with its zone'],
    [{ scopes, expires_at: '2026-01-31T08:00:00.000Z' }, 'expires_at', 'must be in the future'],
    [{ scopes, note: 'two\nlines' }, 'note', 'has line breaks'],
    [{ scopes, note: 'x'.repeat(201) }, 'note', 'is longer'],
  ])('is refused if it is %j', async (body, field, reason) => {
    const answer = await send('POST', '', body);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_field', field } });
    expect(answer.body.message).toContain(reason);
    expect(await list()).toEqual([]);
  });

  it('has each scope once, in the order of the documents', async () => {
    const asked = ['usage:read', 'accounts:read', 'usage:read'];
    expect((await create({ scopes: asked })).scopes).toEqual(['accounts:read', 'usage:read']);
  });
});
