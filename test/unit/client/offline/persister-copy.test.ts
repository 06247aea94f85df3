import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMergeableStore, type MergeableStore } from 'tinybase';
import { createFilePersister } from 'tinybase/persisters/persister-file';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ConnectionOptions } from '../../../../client/connection/connection.ts';
import type { CreatePersister, OfflinePersister } from '../../../../client/offline/offline-copy.ts';
import { FakeNetwork } from '../../../helpers/simulated-client/fake-network.ts';

let network: FakeNetwork;
let folder: string;
beforeEach(async () => {
  network = new FakeNetwork();
  folder = await mkdtemp(join(tmpdir(), 'tinyhost-copy-'));
  return () => rm(folder, { recursive: true });
});

const inFile: CreatePersister = (store, name, onError) =>
  createFilePersister(store, join(folder, name), onError);
const names: string[] = [];
const eraseOffline = async (name: string) => {
  names.push(name);
  await rm(join(folder, name), { force: true });
};

/** Opens the app, and waits until the copy is loaded and the first sync is done. */
async function open(options: ConnectionOptions = { offline: inFile }, store?: MergeableStore) {
  const client = network.client({ eraseOffline });
  const connection = client.connect(store, options);
  onTestFinished(() => connection.close());
  await untilOnline(connection);
  return { client, connection, store: connection.store };
}

const untilOnline = (connection: { state: { status: string } }) =>
  vi.waitFor(() => expect(connection.state.status).toBe('online'), { timeout: 5_000 });

const offlineNetwork = () => {
  network.answer = async () => Promise.reject(new TypeError('Failed to fetch'));
};

test('the copy of a persister is loaded before the first sync, with all stamps', async () => {
  const first = await open();
  first.store.setTables({ tasks: { a: { title: 'write', tags: ['x', { y: 1 }], due: null } } });
  first.store.setRow('tasks', 'gone', { title: 'delete me' }).delRow('tasks', 'gone');
  first.store.setValue('colour', 'green');
  await first.connection.close();
  offlineNetwork();
  const second = network.client().connect(undefined, { offline: inFile });
  onTestFinished(() => second.close());
  await vi.waitFor(() => expect(second.store.getContent()).toEqual(first.store.getContent()));
  expect(second.store.getMergeableContentHashes()).toEqual(first.store.getMergeableContentHashes());
});

test('edits that the server does not have are in the copy', async () => {
  const first = await open();
  offlineNetwork();
  for (const socket of network.live) socket.end(1006);
  first.store.setValue('note', 'written offline');
  await first.connection.close();
  const second = network.client().connect(undefined, { offline: inFile });
  onTestFinished(() => second.close());
  await vi.waitFor(() => expect(second.store.getValue('note')).toBe('written offline'));
});

test('a store that already has content keeps it, and the copy is merged into it', async () => {
  const first = await open();
  first.store.setValue('old', 1).setValue('both', 'from the copy');
  await first.connection.close();
  network = new FakeNetwork();
  const store = createMergeableStore();
  store.setValue('new', 2);
  const second = await open(undefined, store);
  store.setValue('later', 3);
  expect(second.store.getValues()).toMatchObject({
    old: 1,
    new: 2,
    both: 'from the copy',
    later: 3,
  });
  await second.connection.close();
  const [file] = await readdir(folder);
  const saved = await readFile(join(folder, file!), 'utf8');
  for (const value of ['"old"', '"new"', '"later"']) expect(saved).toContain(value);
});

test('changes are saved soon after they are made, and heartbeats are not', async () => {
  let saves = 0;
  const offline: CreatePersister = async (store, name, onError) => {
    const persister = await inFile(store, name, onError);
    return {
      load: () => persister.load(),
      destroy: () => persister.destroy(),
      save: () => {
        saves += 1;
        return persister.save();
      },
    };
  };
  const { store } = await open({ offline });
  store.setValue('note', 'saved');
  await vi.waitFor(() => expect(saves).toBe(1));
  network.beat();
  network.beat();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(saves).toBe(1);
});

test('a sign-out erases the copy after the last save', async () => {
  const { client, connection } = await open();
  connection.store.setValue('note', 'secret');
  await client.signOut({ timeoutMs: 10 });
  expect(names.at(-1)).toMatch(/^tinyhost-[a-z0-9]+$/);
  expect(await readdir(folder)).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(await readdir(folder)).toEqual([]);
});

test('a sign-out without a connection erases the copy as well', async () => {
  const { connection } = await open();
  connection.store.setValue('note', 'secret');
  await connection.close();
  expect(await readdir(folder)).toHaveLength(1);
  await network.client({ eraseOffline }).signOut({ timeoutMs: 10 });
  expect(await readdir(folder)).toEqual([]);
});

test('a copy that cannot be erased is reported, and the sign-out ends', async () => {
  const reported: string[] = [];
  const client = network.client({
    eraseOffline: () => Promise.reject(new Error('read-only')),
    onStorageError: ({ message }) => reported.push(message),
  });
  await client.signOut({ timeoutMs: 10 });
  await Promise.resolve();
  expect(client.currentSession).toBeUndefined();
  expect(reported).toEqual(['the offline copy could not be erased']);
});

/** A persister whose methods do what `parts` says, and nothing otherwise. */
const persister = (parts: Partial<OfflinePersister>): OfflinePersister => ({
  load: async () => undefined,
  save: async () => undefined,
  destroy: async () => undefined,
  ...parts,
});

test.each<[string, CreatePersister]>([
  [
    'cannot be created',
    () => {
      throw new Error('no such module');
    },
  ],
  ['cannot load', () => persister({ load: async () => Promise.reject(new Error('damaged')) })],
  [
    'reports an error when it saves',
    (_, __, onError) => persister({ save: async () => onError(new Error('disk full')) }),
  ],
])('a persister that %s is reported, and the connection works', async (_, offline) => {
  const { connection } = await open({ offline });
  connection.store.setValue('note', 'to the server');
  await connection.saved();
  await vi.waitFor(() => expect(connection.state.offlineError?.code).toBe('storage'));
  expect(network.store.getValue('note')).toBe('to the server');
});

test('a save that failed is tried again, and the error is cleared', async () => {
  const errors = [new Error('disk full')];
  const offline: CreatePersister = (_, __, onError) =>
    persister({ save: async () => errors.length > 0 && onError(errors.pop()) });
  const { connection } = await open({ offline });
  connection.store.setValue('note', 'a');
  await vi.waitFor(() => expect(connection.state.offlineError).toBeDefined());
  await vi.waitFor(() => expect(connection.state.offlineError).toBeUndefined(), 3_000);
});

test('a persister that never loads delays the connection by 3 seconds, and never saves', async () => {
  let saves = 0;
  const offline: CreatePersister = () =>
    persister({
      load: () => new Promise(() => undefined),
      save: async () => {
        saves += 1;
      },
    });
  const { connection } = await open({ offline });
  connection.store.setValue('note', 'a');
  await connection.saved();
  expect(connection.state.offlineError?.message).toBe('the offline copy does not open');
  await connection.close();
  expect(saves).toBe(0);
}, 15_000);
