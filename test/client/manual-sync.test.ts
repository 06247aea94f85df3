import { createMergeableStore } from 'tinybase';
import { expect, onTestFinished, test } from 'vitest';
import { anotherDevice, connect, signedInClient, untilStatus } from '../helpers/devices/clients.ts';
import { startServer } from '../helpers/servers/start-server.ts';

/** More than a frame takes on PartyKit. */
const LARGE = 'x'.repeat(1_500_000);

test('content too large for a frame goes over HTTP, and the socket reconnects', async () => {
  const client = await signedInClient();
  const one = connect(client, { fragmentSize: 0 });
  const two = connect(await anotherDevice(client));
  await Promise.all([untilStatus(one, 'online'), untilStatus(two, 'online')]);
  const progress: (number | undefined)[] = [];
  one.subscribe((state) => progress.push(state.progress));
  one.store.setCell('notes', 'a', 'text', LARGE);
  await one.saved();
  expect(progress).toEqual(expect.arrayContaining([0, 1]));
  await expect.poll(() => two.store.getCell('notes', 'a', 'text')).toBe(LARGE);
  two.store.setCell('notes', 'a', 'text', 'shorter');
  await expect.poll(() => one.store.getCell('notes', 'a', 'text')).toBe('shorter');
  expect(one.state).toMatchObject({ status: 'online', progress: undefined });
});

test('a server that refuses a frame, but does not end the connection, delays nothing', async () => {
  // Rooms that hibernate leave such a connection open for 20 seconds.
  const server = await startServer({ vars: { HIBERNATE: 'on' } });
  onTestFinished(() => server.stop());
  const connection = connect(await signedInClient({ url: server.url }), { fragmentSize: 0 });
  await untilStatus(connection, 'online');
  const seen: string[] = [];
  connection.subscribe(({ status }) => seen.push(status));
  connection.store.setCell('notes', 'a', 'text', LARGE);
  await connection.saved();
  expect(new Set(seen)).toEqual(new Set(['online', 'syncing']));
});

test('with fragments the same content goes through the socket', async () => {
  const client = await signedInClient();
  const connection = connect(client);
  await untilStatus(connection, 'online');
  const seen: string[] = [];
  connection.subscribe(({ status }) => seen.push(status));
  connection.store.setCell('notes', 'a', 'text', LARGE);
  await connection.saved();
  expect(new Set(seen)).toEqual(new Set(['online']));
});

test('edits during a manual sync are kept, and deletions stay deleted', async () => {
  const client = await signedInClient();
  const two = connect(await anotherDevice(client));
  two.store.setTables({ tasks: { a: { title: 'a', done: null }, b: { title: 'b' } } });
  two.store.setValues({ theirs: 1, gone: 2 });
  await two.saved();
  const one = connect(client, { fragmentSize: 0 });
  await untilStatus(one, 'online');
  one.pause();
  one.store.delRow('tasks', 'b').delValue('gone').setCell('tasks', 'a', 'nothing', null);
  one.store.setCell('notes', 'a', 'text', LARGE);
  two.store.delCell('tasks', 'a', 'title').setValue('theirs', 3);
  await two.saved();
  one.subscribe(({ progress }) => {
    if (progress === undefined || one.store.hasValue('meanwhile')) return;
    one.store.setValue('meanwhile', 4).delCell('tasks', 'a', 'nothing');
  });
  one.resume();
  await one.saved();
  const tables = { tasks: { a: { done: null } }, notes: { a: { text: LARGE } } };
  const values = { theirs: 3, meanwhile: 4, heartbeat: expect.anything() };
  await expect.poll(() => one.store.getContent()).toEqual([tables, values]);
  await expect.poll(() => two.store.getContent()).toEqual([tables, values]);
  const fresh = connect(await anotherDevice(client));
  await fresh.saved();
  await expect.poll(() => fresh.store.getContent()).toEqual([tables, values]);
});

test('a full store is refused with a reason, and accepted again after deletions', async () => {
  const server = await startServer({ vars: { MAX_STORE_BYTES: 10_000 } });
  onTestFinished(() => server.stop());
  const client = await signedInClient({ url: server.url });
  const connection = connect(client);
  await untilStatus(connection, 'online');
  connection.store.setCell('notes', 'a', 'text', 'x'.repeat(20_000));
  await untilStatus(connection, 'refused');
  expect(connection.state.reason).toMatchObject({ code: 'storeFull' });
  connection.store.delRow('notes', 'a');
  connection.resume();
  await connection.saved();
  await untilStatus(connection, 'online');
});

test('too large content in the future is not sent again before it can be accepted', async () => {
  const uploads: string[] = [];
  const client = await signedInClient({
    fetch: (input, init) => {
      if (`${input}`.endsWith('/manual-sync')) uploads.push(`${input}`);
      return fetch(input, init);
    },
  });
  const store = createMergeableStore(undefined, () => Date.now() + 400_000);
  store.setCell('notes', 'a', 'text', LARGE);
  const connection = client.connect(store, { fragmentSize: 0 });
  onTestFinished(() => connection.close());
  const seen = () => connection.state;
  await expect.poll(seen).toMatchObject({
    status: 'offline',
    retryAt: expect.any(Number),
    reason: { code: 'clock_ahead' },
  });
  expect(connection.state.saved).toBe(false);
  expect(connection.state.retryAt).toBeGreaterThan(Date.now() + 60_000);
  expect(uploads).toHaveLength(1);
});

test('objects and arrays received over HTTP have the same hashes as on the server', async () => {
  const client = await signedInClient();
  const two = connect(await anotherDevice(client));
  two.store.setCell('notes', 'theirs', 'tags', ['a', { b: null }]).setValue('theirs', { c: [1] });
  await two.saved();
  const one = connect(client, { fragmentSize: 0 });
  one.pause();
  one.store.setCell('notes', 'mine', 'text', LARGE).setCell('notes', 'mine', 'tags', { d: [] });
  one.resume();
  await one.saved();
  expect(one.store.getCell('notes', 'theirs', 'tags')).toEqual(['a', { b: null }]);
  await expect.poll(() => two.store.getCell('notes', 'mine', 'tags')).toEqual({ d: [] });
});
