import { beforeAll, expect, it } from 'vitest';
import type { RestoreResult, StoreHistory } from '../../../src/protocol/http-api/history.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { askAdmin, newKey, pathOfAccount } from '../../helpers/requests/operator.ts';
import { ask, newUser, type User } from '../../helpers/requests/users.ts';

let user: User;
let key: { id: string; key: string };
/** The paths of the user's private and shared store below `/admin`. */
let account: string;
let shared: string;

beforeAll(async () => {
  user = await newUser();
  key = await newKey(['stores:read', 'stores:write'], user.namespace);
  account = await pathOfAccount(user);
  const { body } = await ask(user, 'POST', 'stores', { name: 'Holiday' });
  shared = `${user.namespace}/stores/${body.store}`;
});

/** Calls a route of a store with the key, and expects success. */
async function call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await askAdmin(method, path, { key: key.key, body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body as Body;
}

const momentsOf = async (path: string) =>
  (await call<StoreHistory>('GET', `${path}/store/history`)).moments;

it('a key lists the moments of a store, reads the past, and restores it on every device', async () => {
  const device = await connectDevice(user);
  for (const path of [account, shared]) {
    const value = `${path}/store/values/theme`;
    await call('PUT', value, '"light"');
    expect(await momentsOf(path)).toHaveLength(1);
    await call('PUT', value, '"dark"');
    const [latest, first] = await momentsOf(path);
    expect(latest).toMatchObject({ kind: 'changes', by: [`key:${key.id}`], values: 1 });
    expect(await call('GET', `${value}?at=${latest!.id}`)).toBe('light');
    const atFirst = await askAdmin('GET', `${value}?at=${first!.id}`, { key: key.key });
    expect(atFirst).toMatchObject({ status: 404, body: { error: 'not_found' } });

    const body = { at: latest!.id, path: '/values/theme' };
    const restored = await call<RestoreResult>('POST', `${path}/store/restore`, body);
    expect(restored).toEqual({ changed: 1, undo: expect.any(String) });
    expect(await call('GET', value)).toBe('light');
    if (path === account) await expect.poll(() => device.store.getValue('theme')).toBe('light');
    await call('POST', `${path}/store/restore`, { at: restored.undo });
    expect(await call('GET', value)).toBe('dark');
    const kinds = (await momentsOf(path)).map(({ kind }) => kind);
    expect(kinds).toEqual(['restore', 'restore', 'changes', 'changes']);
  }
});

it('the history needs stores:read, and a restore needs stores:write', async () => {
  const reader = (await newKey(['stores:read'])).key;
  const writer = (await newKey(['stores:write'])).key;
  const body = { at: '0' };
  for (const path of [account, shared]) {
    const statuses = async (key: string) => [
      (await askAdmin('GET', `${path}/store/history`, { key })).status,
      (await askAdmin('GET', `${path}/store?at=0`, { key })).status,
      (await askAdmin('POST', `${path}/store/restore`, { key, body })).status,
    ];
    expect(await statuses(reader)).toEqual([200, 200, 403]);
    expect(await statuses(writer)).toEqual([403, 403, 200]);
  }
});

it.each([
  ['a time before the history', '2020-01-01T00:00:00Z', 410, 'history_gone'],
  ['a moment that does not exist', '999999', 410, 'history_gone'],
  ['a text that is neither', 'yesterday', 400, 'invalid_field'],
])('%s is refused alike for a read and a restore', async (_, at, status, error) => {
  for (const path of [account, shared]) {
    const read = await askAdmin('GET', `${path}/store?at=${at}`, { key: key.key });
    expect(read).toMatchObject({ status, body: { error } });
    const restore = { key: key.key, body: { at } };
    const written = await askAdmin('POST', `${path}/store/restore`, restore);
    expect(written).toMatchObject({ status, body: { error } });
  }
});

it('a store that does not exist has no history', async () => {
  for (const path of [`todo/accounts/${crypto.randomUUID()}`, 'todo/stores/x']) {
    const history = await askAdmin('GET', `${path}/store/history`, { key: key.key });
    const restore = { key: key.key, body: { at: '0' } };
    expect(history).toMatchObject({ status: 404, body: { error: 'not_found' } });
    const written = await askAdmin('POST', `${path}/store/restore`, restore);
    expect(written).toMatchObject({ status: 404, body: { error: 'not_found' } });
  }
});
