import PartySocket from 'partysocket';
import { createMergeableStore, type MergeableStore } from 'tinybase';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket as PartySocketWebSocket } from 'ws';
import { connectDevice, untilAlike } from '../../helpers/devices/devices.ts';
import { newUser, session, uniqueEmail } from '../../helpers/requests/users.ts';

test('two devices of a user share tables, values, deletions and nulls', async () => {
  const user = await newUser();
  const one = await connectDevice(user);
  const two = await connectDevice(user);
  one.store.setTable('tasks', { a: { title: 'write', done: false }, b: { title: 'read' } });
  one.store.setValue('colour', 'green').setCell('tasks', 'a', 'note', null);
  await untilAlike(one, two);
  expect(two.store.getTables()).toEqual(one.store.getTables());
  two.store.delRow('tasks', 'b').delValue('colour').setCell('tasks', 'a', 'done', true);
  await untilAlike(one, two);
  expect(one.store.getTables()).toEqual({
    tasks: { a: { title: 'write', done: true, note: null } },
  });
  expect(one.store.hasValue('colour')).toBe(false);
});

test('ten devices of a user converge to the same content and hashes', async () => {
  const user = await newUser();
  const devices = await Promise.all(Array.from({ length: 10 }, () => connectDevice(user)));
  devices.forEach(({ store }, index) => {
    store.setCell('tasks', `row ${index}`, 'by', index).setCell('tasks', 'shared', 'by', index);
  });
  await untilAlike(...devices);
  for (const { store } of devices) expect(store.getRowCount('tasks')).toBe(11);
});

test('offline changes of a device arrive when it connects, also on devices already connected', async () => {
  const user = await newUser();
  const there = await connectDevice(user);
  const store = createMergeableStore();
  store.setCell('tasks', 'a', 'title', 'written on a train');
  await connectDevice(user, { store });
  await expect.poll(() => there.store.getCell('tasks', 'a', 'title')).toBe('written on a train');
});

test('a store is available to a device that connects after the last one has left', async () => {
  const user = await newUser();
  const first = await connectDevice(user);
  first.store.setCell('tasks', 'a', 'title', 'stay');
  await first.disconnect();
  const second = await connectDevice(user);
  await expect.poll(() => second.store.getCell('tasks', 'a', 'title')).toBe('stay');
});

test('users with the same address in two namespaces see nothing of each other', async () => {
  const email = uniqueEmail();
  const one = await connectDevice(await newUser({ email, namespace: 'one' }));
  const two = await connectDevice(await newUser({ email, namespace: 'two' }));
  one.store.setCell('tasks', 'a', 'title', 'mine');
  two.store.setCell('tasks', 'b', 'title', 'yours');
  const later = await connectDevice(await newUser());
  later.store.setCell('tasks', 'c', 'title', 'theirs');
  await expect.poll(() => two.store.getRowIds('tasks')).toEqual(['b']);
  expect(one.store.getRowIds('tasks')).toEqual(['a']);
  expect(later.store.getRowIds('tasks')).toEqual(['c']);
});

test('a cell far over the frame limit is sent in fragments', async () => {
  const user = await newUser();
  const one = await connectDevice(user, { fragmentSize: 100_000 });
  const two = await connectDevice(user, { fragmentSize: 100_000 });
  const text = 'ü'.repeat(1_250_000);
  one.store.setCell('notes', 'a', 'text', text);
  await expect.poll(() => two.store.getCell('notes', 'a', 'text'), { timeout: 10_000 }).toBe(text);
});

test('PartySocket works on the namespace and on the room itself', async () => {
  const user = await newUser();
  const { durable_object_name: room } = (await session(user)).user;
  const query = { sessionUuid: user.session_uuid };
  const host = inject('url').replace('http://', '');
  const common = { host, query, WebSocket: PartySocketWebSocket };
  const sockets = [
    new PartySocket({ ...common, room, basePath: `${user.namespace}/ws` }),
    new PartySocket({ ...common, room, party: 'user' }),
  ];
  const stores: MergeableStore[] = [];
  for (const socket of sockets) {
    const store = createMergeableStore();
    const synchronizer = await createWsSynchronizer(store, socket as never, 5);
    onTestFinished(async () => void (await synchronizer.destroy()));
    await synchronizer.startSync();
    stores.push(store);
  }
  stores[0]!.setValue('from', 'namespace');
  await expect.poll(() => stores[1]!.getValue('from')).toBe('namespace');
  stores[1]!.setValue('from', 'room');
  await expect.poll(() => stores[0]!.getValue('from')).toBe('room');
});
