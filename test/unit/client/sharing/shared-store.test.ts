import { IDBFactory } from 'fake-indexeddb';
import { createMergeableStore } from 'tinybase';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Connection, ConnectionOptions } from '../../../../client/connection/connection.ts';
import type { RefusedEdits } from '../../../../client/connection/connection-state.ts';
// Loaded on demand. With fake timers, that succeeds only if it is loaded already.
import { mergeContent } from '../../../../client/sync/merge-encoded-changes.ts';
import { setReadOnly } from '../../../../client/sync/read-only.ts';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import { NOTICE_ID, type Notices } from '../../../../src/protocol/notice.ts';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

const STORE = '11111111-2222-8333-8444-555555555555';
const OTHER = '99999999-2222-8333-8444-555555555555';

let network: FakeNetwork;
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'Date', 'performance'],
  });
  vi.stubGlobal('indexedDB', new IDBFactory());
  network = new FakeNetwork();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const connect = (options: ConnectionOptions = {}): Connection =>
  network.connect({ store: STORE, ...options });

/** Sends a notice to all devices. */
const tell = <Name extends keyof Notices>(name: Name, notice: Notices[Name]): void => {
  for (const socket of network.live)
    socket.receive(NOTICE_ID, MESSAGE.response, [{ [name]: [notice] }]);
};

const copies = async () => (await indexedDB.databases()).map(({ name }) => name);

const end = (code: number) => {
  for (const socket of network.live) socket.end(code);
};

test('a connection to a shared store uses the paths of the store only', async () => {
  const urls: string[] = [];
  const client = network.client({
    fetch: async (url) => {
      urls.push(`${url}`);
      return network.answer('');
    },
  });
  const connection = client.connect(undefined, { store: STORE });
  onTestFinished(() => connection.close());
  await pass(1);
  expect(connection.state.status).toBe('online');
  expect(urls).toEqual([`http://fake/todo/stores/${STORE}/ws-ticket`]);
  expect(network.sockets.map(({ url }) => url.split('?')[0])).toEqual([
    `ws://fake/todo/stores/${STORE}/ws`,
  ]);
});

test('an id that is none of a shared store is refused at once', () => {
  const account = STORE.replace('-8333', '-4333');
  for (const store of ['', 'notes', account, `${STORE}/..`]) {
    expect(() => network.client().connect(undefined, { store })).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
  }
});

describe('offline copies', () => {
  test('each store has its own, and a sign-out erases all of the user', async () => {
    const kept = new Map<string, string>();
    const user = { email: 'ada@example.com', created_at: '', login_time: '' };
    kept.set('tinyhost:http://fake/todo', JSON.stringify({ session_uuid: 'session', user }));
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    const client = network.client({ storage });
    for (const store of [undefined, STORE, OTHER]) {
      const connection = client.connect(undefined, { store, offline: true });
      connection.store.setValue('of', store ?? 'private');
      await vi.waitFor(() => expect(connection.state.status).toBe('online'));
      await connection.close();
    }
    await vi.waitFor(async () => expect(await copies()).toHaveLength(3));
    network.answer = () => Response.json({ success: true });
    // As after a reload: only the storage tells which copies there are.
    await network.client({ storage }).signOut();
    expect(await copies()).toEqual([]);
    expect([...kept.keys()].filter((key) => key.includes('copies'))).toEqual([]);
  });

  test.each([
    [4007, 'notAMember'],
    [4008, 'storeDeleted'],
  ])('are erased, and the connection ends, after close code %i', async (code, reason) => {
    const connection = connect({ offline: true });
    connection.store.setValue('colour', 'green');
    await vi.waitFor(() => expect(connection.state.status).toBe('online'));
    await pass(1);
    expect(await copies()).toHaveLength(1);
    end(code);
    await vi.waitFor(() => expect(connection.state.status).toBe('refused'));
    expect(connection.state).toMatchObject({ reason: { code: reason }, retryAt: undefined });
    await vi.waitFor(async () => expect(await copies()).toEqual([]));
    connection.store.setValue('colour', 'red');
    connection.resume();
    await pass(600);
    expect(network.sockets).toHaveLength(1);
    expect(await copies()).toEqual([]);
    await expect(connection.saved()).rejects.toMatchObject({ code: reason });
  });
});

test('a store of which the user is no member is refused without a retry', async () => {
  network.answer = () =>
    Response.json({ error: 'not_found', message: 'there is no such store' }, { status: 404 });
  const connection = connect();
  await pass(600);
  expect(network.calls).toEqual(['ws-ticket']);
  expect(connection.state).toMatchObject({ status: 'refused', reason: { code: 'notAMember' } });
});

test('too many writes that are not allowed pause the connection until it is resumed', async () => {
  const connection = connect();
  await pass(1);
  end(4009);
  await pass(600);
  expect(connection.state).toMatchObject({ status: 'refused', reason: { code: 'readOnly' } });
  expect(network.sockets).toHaveLength(1);
  connection.resume();
  await pass(5);
  expect(connection.state.status).toBe('online');
});

describe('roles', () => {
  test('the role is told by the server, and that of a private store is owner', async () => {
    expect(network.connect().role).toBe('owner');
    const connection = connect();
    expect(connection.role).toBeUndefined();
    await pass(1);
    tell('role', 'editor');
    expect(connection.role).toBe('editor');
    expect(connection.state.role).toBe('editor');
  });

  test('the store of a viewer takes no writes of the app, but those of the server', async () => {
    network.store.setTables({
      tasks: { one: { title: 'Milk' }, two: { title: 'Tea' } },
    });
    const connection = connect();
    await pass(1);
    tell('role', 'viewer');
    await pass(1);
    const store = connection.store;
    const before = JSON.stringify(store.getMergeableContent());
    store.setCell('tasks', 'one', 'title', 'Beer').setValue('colour', 'green');
    store
      .setTables({ a: { b: { c: 1 } } })
      .delTables()
      .delRow('tasks', 'one')
      .delTable('tasks');
    store.delCell('tasks', 'one', 'title').delValues().setRow('tasks', 'three', { title: 'x' });
    store.applyChanges([{ tasks: { one: { title: 'Wine' } } }, { colour: 'red' }, 1]);
    expect(JSON.stringify(store.getMergeableContent())).toBe(before);
    store.addCellListener(null, null, null, () => void store.setValue('touched', true));
    network.write((room) => {
      room.setRow('tasks', 'one', { title: 'Coffee' }).delRow('tasks', 'two');
      room.setValue('colour', 'brown');
    });
    await pass(1);
    expect(store.getContent()).toEqual([
      { tasks: { one: { title: 'Coffee' } } },
      { colour: 'brown' },
    ]);
    expect(store.getMergeableContentHashes()).toEqual(network.store.getMergeableContentHashes());
  });

  test('objects and arrays of the server get into the store of a viewer', async () => {
    const [store, other] = [createMergeableStore(), createMergeableStore()];
    setReadOnly(store, true);
    other.setRow('tasks', 'one', { tags: ['a', 'b'] }).setValue('colour', { r: 1 });
    await mergeContent(store, other.getMergeableContent());
    other.setRow('tasks', 'one', { tags: ['b'] }).delValue('colour');
    await mergeContent(store, other.getMergeableContent());
    store.setCell('tasks', 'one', 'tags', ['c']);
    expect(store.getContent()).toEqual(other.getContent());
    expect(store.getMergeableContentHashes()).toEqual(other.getMergeableContentHashes());
  });

  test('the store of a viewer shows the defaults of its schema', () => {
    const [store, other] = [createMergeableStore(), createMergeableStore()];
    store.setTablesSchema({
      tasks: { title: { type: 'string' }, done: { type: 'boolean', default: false } },
    });
    store.setValuesSchema({ theme: { type: 'string', default: 'light' } });
    setReadOnly(store, true);
    const merge = () => store.applyMergeableChanges(other.getMergeableContent());
    other.setRow('tasks', 'one', { title: 'Milk' }).setRow('tasks', 'two', { done: true });
    other.setValue('theme', 'dark');
    merge();
    other.delCell('tasks', 'two', 'done', true).delValue('theme');
    merge();
    store.setRow('tasks', 'three', { title: 'Tea' });
    expect(store.getContent()).toEqual([
      { tasks: { one: { title: 'Milk', done: false } } },
      { theme: 'light' },
    ]);
  });

  test('the store of a viewer who becomes an editor is writable again', async () => {
    const connection = connect();
    await pass(1);
    tell('role', 'viewer');
    await pass(1);
    connection.store.setValue('colour', 'red');
    tell('role', 'editor');
    await pass(1);
    connection.store.setValue('size', 2);
    await pass(1);
    expect(network.store.getValues()).toEqual({ size: 2 });
    expect(connection.state.saved).toBe(true);
  });
});

test('refused edits are shown in the state and told to the app', async () => {
  const told: RefusedEdits[] = [];
  const connection = connect({ onRefused: (edits) => told.push(edits) });
  await pass(1);
  tell('refused', { reason: 'role', refused: [['tasks', 'one', 'title'], ['colour']] });
  const edits = { reason: 'role', paths: [['tasks', 'one', 'title'], ['colour']] };
  expect(told).toEqual([edits]);
  expect(connection.state).toMatchObject({ status: 'online', refused: edits });
});
