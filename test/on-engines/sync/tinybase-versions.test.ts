import { createMergeableStore, type MergeableStore } from 'tinybase';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { createMergeableStore as createStore5 } from 'tinybase-5';
import { createWsSynchronizer as createWsSynchronizer5 } from 'tinybase-5/synchronizers/synchronizer-ws-client';
import { createMergeableStore as createStore9 } from 'tinybase-9';
import { createWsSynchronizer as createWsSynchronizer9 } from 'tinybase-9/synchronizers/synchronizer-ws-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectDevice, socketUrl, untilAlike } from '../../helpers/devices/devices.ts';
import { SCENARIOS, ScenarioStore } from '../../helpers/devices/tinybase-scenarios.ts';
import { eventually } from '../../helpers/requests/eventually.ts';
import { newUser } from '../../helpers/requests/users.ts';

describe('through a room, TinyBase', () => {
  let stores: MergeableStore[] = [];
  const sockets: WebSocket[] = [];

  beforeAll(async () => {
    const user = await newUser();
    const join = async () => {
      const store = createMergeableStore();
      const socket = new WebSocket(socketUrl(user));
      sockets.push(socket);
      await (await createWsSynchronizer(store, socket, 5)).startSync();
      return { store };
    };
    const devices = [await join(), await join(), await join()];
    const [one, two] = devices.map(({ store }) => store) as [MergeableStore, MergeableStore];
    for (const { name, first } of SCENARIOS)
      first(new ScenarioStore(one, name), new ScenarioStore(two, name));
    await untilAlike(...devices);
    for (const { name, next } of SCENARIOS)
      next?.(new ScenarioStore(one, name), new ScenarioStore(two, name));
    await untilAlike(...devices);
    // A device that connects after all these edits.
    devices.push(await join());
    await untilAlike(...devices);
    stores = devices.map(({ store }) => store);
  });

  afterAll(() => {
    for (const socket of sockets) socket.terminate();
  });

  it.each(SCENARIOS)('$name', ({ name, rows, value }) => {
    const [first, ...others] = stores.map((store) => new ScenarioStore(store, name));
    if (rows !== undefined) expect(first!.rows).toEqual(rows);
    expect(first!.value).toEqual(value);
    for (const other of others) {
      expect([other.rows, other.value]).toEqual([first!.rows, first!.value]);
    }
  });
});

/** A client of any TinyBase version. The versions differ in their types, but not in their use. */
type AnyStore = MergeableStore;
type Connect = (socket: WebSocket) => Promise<{ store: AnyStore; startSync(): Promise<unknown> }>;

/** Oldest first. */
const VERSIONS: Array<[version: string, connect: Connect]> = [
  [
    '5.4',
    async (socket) => {
      const store = createStore5();
      const synchronizer = await createWsSynchronizer5(store, socket, 5);
      return { store: store as unknown as AnyStore, startSync: () => synchronizer.startSync() };
    },
  ],
  [
    '9.7',
    async (socket) => {
      const store = createStore9();
      const synchronizer = await createWsSynchronizer9(store, socket, 5);
      return { store: store as unknown as AnyStore, startSync: () => synchronizer.startSync() };
    },
  ],
  [
    '10',
    async (socket) => {
      const store = createMergeableStore();
      const synchronizer = await createWsSynchronizer(store, socket, 5);
      return { store, startSync: () => synchronizer.startSync() };
    },
  ],
];

test('clients of TinyBase 5.4, 9.7 and 10 share a store, in any order of connecting', async () => {
  const user = await newUser();
  const stores: AnyStore[] = [];
  for (const [version, connect] of [...VERSIONS, ...VERSIONS]) {
    const socket = new WebSocket(socketUrl(user));
    onTestFinished(() => socket.terminate());
    const { store, startSync } = await connect(socket);
    store.setCell('versions', `${stores.length}`, 'version', version).setValue('last', version);
    store.setCell('gone', version, 'cell', 1);
    await startSync();
    stores.push(store);
    store.delRow('gone', version);
  }
  stores[0]!.setCell('versions', '1', 'version', 'nine').setValue('last', '\ud83d');

  const versions = ['5.4', 'nine', '10', '5.4', '9.7', '10'];
  const rows = Object.fromEntries(versions.map((version, row) => [row, { version }]));
  for (const store of stores) {
    await eventually(() => expect(store.getTables()).toEqual({ versions: rows }));
    await eventually(() => expect(store.getValue('last')).toBe('\ud83d'));
  }
});

test('devices whose schemas have different defaults converge', async () => {
  const user = await newUser();
  const storeWith = (fallback: string) =>
    createMergeableStore()
      .setTablesSchema({ t: { a: { type: 'string', default: fallback }, b: { type: 'number' } } })
      .setValuesSchema({ v: { type: 'string', default: fallback }, heartbeat: { type: 'string' } });
  const one = await connectDevice(user, { store: storeWith('one') });
  one.store.setRow('t', 'r', { b: 1 });
  const two = await connectDevice(user, { store: storeWith('two') });
  two.store
    .setRow('t', 's', { b: 2 })
    .setRow('t', 'r', { a: 'set', b: 3 })
    .setCell('t', 'r', 'c', 4);
  await untilAlike(one, two, await connectDevice(user, { store: storeWith('three') }));

  expect(one.store.getTables()).toEqual(two.store.getTables());
  expect(one.store.getRow('t', 'r')).toEqual({ a: 'set', b: 3 });
  expect(one.store.getValue('v')).toBe(two.store.getValue('v'));
});

test('a returning device sends its changes and receives those that it missed', async () => {
  const user = await newUser();
  const there = await connectDevice(user);
  const away = await connectDevice(user);
  there.store.setContent([
    { t: { r: { a: 1 }, s: { a: 2 } }, u: { r: { a: 3 } } },
    { v: 1, w: 2 },
  ]);
  await untilAlike(there, away);
  await away.disconnect();
  away.store.delTable('u').setCell('t', 'r', 'b', 4).delValue('v');
  there.store.setTables({ t: { s: { a: 5 } } }).setPartialValues({ w: 6, x: 7 });
  const back = await connectDevice(user, { store: away.store });
  await untilAlike(there, back, await connectDevice(user));

  expect(there.store.getTables()).toEqual({ t: { r: { b: 4 }, s: { a: 5 } } });
  expect(there.store.getValues()).toMatchObject({ w: 6, x: 7 });
  back.store.delTables().delValues();
  await eventually(() => {
    expect(there.store.getTables()).toEqual({});
    expect(there.store.hasValue('w')).toBe(false);
  });
});
