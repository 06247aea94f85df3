import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  anotherDevice,
  connect,
  makeClient,
  memoryStorage,
  signedInClient,
  untilStatus,
} from '../../helpers/devices/clients.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

test('two devices share their edits, and know when they are saved', async () => {
  const client = await signedInClient();
  const one = connect(client);
  const two = connect(await anotherDevice(client));
  await untilStatus(two, 'online');
  one.store.setCell('tasks', 'a', 'title', 'write');
  expect(one.state.saved).toBe(false);
  await one.saved();
  expect(one.state.saved).toBe(true);
  await expect.poll(() => two.store.getCell('tasks', 'a', 'title')).toBe('write');
  two.store.delRow('tasks', 'a');
  await two.saved();
  await expect.poll(() => one.store.getRowIds('tasks')).toEqual([]);
});

test('edits of other devices leave this device saved', async () => {
  const client = await signedInClient();
  const one = connect(client);
  const two = connect(await anotherDevice(client));
  await Promise.all([one.saved(), two.saved()]);
  const seen: boolean[] = [];
  two.subscribe(({ saved }) => seen.push(saved));
  one.store.setValue('colour', 'green');
  await expect.poll(() => two.store.getValue('colour')).toBe('green');
  await expect.poll(() => two.state.heartbeatAt).toBeDefined();
  expect(seen).not.toContain(false);
});

test('edits during the first sync are saved', async () => {
  const client = await signedInClient();
  const connection = connect(client);
  connection.store.setValue('before', 1);
  connection.subscribe(({ status }) => {
    if (status === 'syncing') connection.store.setValue('during', 2);
    if (status === 'online') connection.store.setValue('after', 3);
  });
  await untilStatus(connection, 'online');
  await connection.saved();
  const other = connect(await anotherDevice(client));
  await untilStatus(other, 'online');
  expect(other.store.getValues()).toMatchObject({ before: 1, during: 2, after: 3 });
});

test('paused devices keep their edits and exchange them after a resume', async () => {
  const client = await signedInClient();
  const one = connect(client);
  const two = connect(await anotherDevice(client));
  one.store.setRow('tasks', 'shared', { title: 'old', done: false });
  await one.saved();
  await expect.poll(() => two.store.hasRow('tasks', 'shared')).toBe(true);
  one.pause();
  two.pause();
  expect(one.state.status).toBe('offline');
  one.store.setCell('tasks', 'one', 'title', 'from one').delCell('tasks', 'shared', 'title');
  two.store.setCell('tasks', 'two', 'title', 'from two').setCell('tasks', 'shared', 'done', true);
  const waiting = one.saved();
  one.resume();
  two.resume();
  await Promise.all([waiting, two.saved()]);
  const expected = {
    shared: { done: true },
    one: { title: 'from one' },
    two: { title: 'from two' },
  };
  await expect.poll(() => one.store.getTable('tasks')).toEqual(expected);
  await expect.poll(() => two.store.getTable('tasks')).toEqual(expected);
});

test('a connection survives a crash of the server, and exchanges edits made in the meantime', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const server = await startServer({ persist });
  onTestFinished(() => server.stop());
  const client = await signedInClient({ url: server.url });
  const one = connect(client);
  const two = connect(await anotherDevice(client, { url: server.url }));
  one.store.setValue('before', 'the crash');
  await one.saved();
  await untilStatus(two, 'online');
  await server.kill();
  await untilStatus(one, 'offline');
  one.store.setValue('one', 'meanwhile');
  two.store.setValue('two', 'meanwhile');
  const again = await startServer({ persist, port: Number(new URL(server.url).port) });
  onTestFinished(() => again.stop());
  await Promise.all([one.saved(), two.saved()]);
  const expected = { before: 'the crash', one: 'meanwhile', two: 'meanwhile' };
  await expect.poll(() => one.store.getValues()).toMatchObject(expected);
  await expect.poll(() => two.store.getValues()).toMatchObject(expected);
});

test('a sign-out elsewhere ends the connection for good, with a reason', async () => {
  const storage = memoryStorage();
  const client = await signedInClient({ storage });
  const connection = connect(client);
  await untilStatus(connection, 'online');
  const other = connect(await anotherDevice(client));
  await untilStatus(other, 'online');
  const heard: (string | undefined)[] = [];
  client.subscribe(() => heard.push(connection.state.reason?.code));
  const sameSession = makeClient({ storage });
  await sameSession.signOut();
  await untilStatus(connection, 'signed-out');
  expect(heard).toEqual(['sessionEnded']);
  expect(connection.state.reason).toMatchObject({ code: 'sessionEnded' });
  expect(client.currentSession).toBeUndefined();
  await expect(connection.saved()).rejects.toMatchObject({ code: 'sessionEnded' });
  connection.resume();
  expect(connection.state.status).toBe('signed-out');
  expect(other.state.status).toBe('online');
});
