import { expect, test } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { askAdmin, newKey, pathOfAccount } from '../../helpers/requests/operator.ts';
import { ask, newUser, PASSWORD, session, type User } from '../../helpers/requests/users.ts';
import { HookReceiver } from '../../helpers/servers/hook-receiver.ts';

/** Hooks of other tests would be told of the same accounts and stores. */
const newNamespace = (): string => `hooks-${crypto.randomUUID().slice(0, 13)}`;

const CHANGED = ['store.changed'] as const;

/** A user of a namespace, with the id of the private store. */
async function newOwner(namespace: string): Promise<User & { store: string }> {
  const user = await newUser({ namespace });
  return { ...user, store: (await session(user)).user.durable_object_name };
}

const put = async (user: User, row: string): Promise<void> => {
  const { status } = await ask(user, 'PUT', `store/tables/tasks/${row}`, { title: 'secret' });
  expect(status).toBe(204);
};

const idOf = async (user: User): Promise<string> => {
  const { body } = await ask(user, 'GET', 'sessions');
  return (body.sessions as { id: string; current: boolean }[]).find(({ current }) => current)!.id;
};

test('a hook gets signed events of accounts and stores, with ids only', async () => {
  const namespace = newNamespace();
  const receiver = await (await HookReceiver.start()).subscribe(namespace, [
    'account.created',
    'account.deleted',
    ...CHANGED,
  ]);
  const user = await newOwner(namespace);
  await expect.poll(() => receiver.events).toHaveLength(1);
  await put(user, 'r1');
  await expect.poll(() => receiver.rowsOf(user.store)).toEqual([['r1']]);
  const whole = await fetch(`${user.url}/${namespace}/store`, {
    headers: { Authorization: `Bearer ${user.session_uuid}` },
  });
  await ask(user, 'POST', 'delete-account', { password: PASSWORD });
  await expect.poll(() => receiver.events).toHaveLength(3);
  const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(receiver.events).toEqual([
    { type: 'account.created', timestamp, data: { namespace, account: user.store } },
    {
      type: 'store.changed',
      timestamp,
      data: {
        ...{ namespace, store: user.store, is_shared: false, etag: whole.headers.get('etag') },
        ...{ tables: { tasks: ['r1'] }, values: [] },
        origin: [{ kind: 'http', id: expect.stringMatching(/^[0-9a-f]{16}$/) }],
      },
    },
    { type: 'account.deleted', timestamp, data: { namespace, account: user.store } },
  ]);
  expect(receiver.forged).toBe(0);
});

test('an event names its origins: devices, requests and keys, also in a shared store', async () => {
  const namespace = newNamespace();
  const receiver = await (await HookReceiver.start()).subscribe(namespace, [...CHANGED]);
  const [user, key] = [await newOwner(namespace), await newKey(['stores:write'], namespace)];
  const account = await pathOfAccount(user);
  const device = await connectDevice(user);
  device.store.setCell('tasks', 'byDevice', 'title', 'secret');
  await expect.poll(() => receiver.rowsOf(user.store)).toEqual([['byDevice']]);
  await askAdmin('PUT', `${account}/store/tables/tasks/byKey`, {
    key: key.key,
    body: { title: 'secret' },
  });
  await expect.poll(() => receiver.rowsOf(user.store)).toEqual([['byDevice'], ['byKey']]);
  const id = (await idOf(user)).slice(0, 16);
  expect(receiver.events.map(({ data }) => 'origin' in data && data.origin)).toEqual([
    [{ kind: 'device', id }],
    [{ kind: 'key', id: key.id }],
  ]);

  const { body: shared } = await ask(user, 'POST', 'stores', { name: 'Holiday' });
  await ask(user, 'PUT', `stores/${shared.store}/store/tables/tasks/r9`, { title: 'secret' });
  await expect.poll(() => receiver.rowsOf(String(shared.store))).toEqual([['r9']]);
  expect(receiver.events.at(-1)!.data).toMatchObject({ namespace, is_shared: true });
});

test('a hook that fails gets the event again, and the changes of a store in order', async () => {
  const namespace = newNamespace();
  const receiver = await (await HookReceiver.start()).subscribe(namespace, [...CHANGED]);
  receiver.answers.push(503, 500);
  const user = await newOwner(namespace);
  await put(user, 'r1');
  await expect.poll(() => receiver.ids).toHaveLength(1);
  await put(user, 'r2');
  await expect
    .poll(() => receiver.rowsOf(user.store), { timeout: 20_000 })
    .toEqual([['r1'], ['r2']]);
  expect(receiver.ids.slice(0, 3)).toEqual(Array(3).fill(receiver.ids[0]));
  expect(receiver.ids[3]).not.toBe(receiver.ids[0]);
});

test('a dead hook delays no edit and no other hook, and its events can be sent by hand', async () => {
  const namespace = newNamespace();
  const [dead, alive] = [await HookReceiver.start(), await HookReceiver.start()];
  dead.answer = 'silence';
  await dead.subscribe(namespace, [...CHANGED]);
  await alive.subscribe(namespace, [...CHANGED]);
  const users = await Promise.all(Array.from({ length: 4 }, () => newOwner(namespace)));
  for (const [round, row] of ['r1', 'r2'].entries()) {
    for (const user of users) await put(user, row);
    for (const { store } of users) {
      await expect.poll(() => alive.rowsOf(store)).toHaveLength(round + 1);
    }
  }
  expect(dead.events).toEqual([]);
  const path = `${namespace}/hooks/${dead.hook.id}`;
  dead.answer = 410;
  dead.hangUp();
  const isPaused = async () => {
    const { body } = await askAdmin('GET', `${namespace}/hooks`);
    return (body.hooks as { is_paused: boolean }[]).some(({ is_paused }) => is_paused);
  };
  await expect.poll(isPaused).toBe(true);
  dead.answer = 204;
  expect(await askAdmin('PATCH', path, { body: { is_paused: false } })).toMatchObject({
    status: 200,
    body: { is_paused: false },
  });
  const list = async () => (await askAdmin('GET', `${path}/deliveries`)).body;
  await expect.poll(list).toMatchObject({ pending: 0, failed: 1 });
  const [failed] = (await list()).deliveries as { id: string; subject: string }[];
  expect(failed).toMatchObject({ state: 'failed', last_failure: 'status-410' });
  const before = dead.ids.length;
  await askAdmin('POST', `${path}/deliveries/${failed!.id}/retry`);
  await expect.poll(() => dead.ids.slice(before)).toEqual([failed!.id]);
  await expect.poll(list).toMatchObject({ pending: 0, failed: 0, deliveries: [] });
});
