import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Connection } from '../../client/connection/connection.ts';
import { connect, untilStatus } from '../helpers/devices/clients.ts';
import { accountOf, addMember, newSharedStore } from '../helpers/sharing/shared-stores.ts';

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const copies = async () => (await indexedDB.databases()).length;

type SharedStore = Awaited<ReturnType<typeof newSharedStore>>;

/** A connection of the editor with an offline copy, which was online and has an edit since. */
async function offlineEditor({ store, editor }: SharedStore): Promise<Connection> {
  const connection = connect(editor, { store, offline: true });
  connection.store.setValue('colour', 'green');
  await untilStatus(connection, 'online');
  await connection.saved();
  await expect.poll(copies).toBe(1);
  connection.pause();
  await untilStatus(connection, 'offline');
  connection.store.setValue('colour', 'red');
  return connection;
}

test.each([
  [
    'of a removed member',
    'notAMember',
    ({ store, owner }: SharedStore, id: string) => owner.stores.removeMember(store, id),
  ],
  [
    'of a deleted store',
    'storeDeleted',
    ({ store, owner }: SharedStore) => owner.stores.remove(store),
  ],
])('an offline client %s learns it when it is back, and erases its copy', async (_, code, end) => {
  const shared = await newSharedStore();
  const connection = await offlineEditor(shared);
  await end(shared, await accountOf(shared.editor, shared.store));
  connection.resume();
  await untilStatus(connection, 'refused');
  expect(connection.state).toMatchObject({ reason: { code }, retryAt: undefined });
  await expect.poll(copies).toBe(0);
});

test('what a removed client edited offline gets nowhere', async () => {
  const shared = await newSharedStore();
  const connection = await offlineEditor(shared);
  await shared.owner.stores.removeMember(
    shared.store,
    await accountOf(shared.editor, shared.store),
  );
  connection.resume();
  await untilStatus(connection, 'refused');
  const owner = connect(shared.owner, { store: shared.store });
  await untilStatus(owner, 'online');
  expect(owner.store.getValue('colour')).toBe('green');
});

test('a client that is removed and invited again begins with the present content', async () => {
  const shared = await newSharedStore();
  const { store, owner, editor } = shared;
  await offlineEditor(shared).then((connection) => connection.close());
  await owner.stores.removeMember(store, await accountOf(editor, store));
  await addMember(owner, store, editor, 'viewer');
  const connection = connect(editor, { store, offline: true });
  await untilStatus(connection, 'online');
  await expect.poll(() => connection.role).toBe('viewer');
  await expect.poll(() => connection.store.getValue('colour')).toBe('green');
});
