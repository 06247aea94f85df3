import { createMergeableStore, type MergeableStore } from 'tinybase';
import { createMergeableStore as createMergeableStore5 } from 'tinybase-5';
import { createWsSynchronizer as createWsSynchronizer5 } from 'tinybase-5/synchronizers/synchronizer-ws-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ANSWERS,
  ASK_BYTES,
  CHANGES,
  PATIENCE,
} from '../../../../src/room/sync/frames/send-window.ts';
import {
  MemoryRoom,
  type MemorySocket,
  writerHeaders,
} from '../../../helpers/in-memory/rooms/memory-room.ts';

const ROW = 'x'.repeat(10_000);

/** A room with a store so large that its responses are sent in many chunks. */
async function fullRoom(megabytes: number, variables = {}): Promise<MemoryRoom> {
  const room = await new MemoryRoom({ MAX_DEVICES: 0, ...variables }).start();
  await write(room, 't', megabytes);
  return room;
}

/** Writes megabytes into a table over HTTP. */
async function write(room: MemoryRoom, table: string, megabytes: number): Promise<void> {
  const rows = Array.from({ length: megabytes * 100 }, (_, row) => [`${row}`, { c: ROW }]);
  const body = JSON.stringify({ tables: { [table]: Object.fromEntries(rows) } });
  const init = { method: 'PATCH', headers: writerHeaders(), body };
  expect((await room.room.request(new Request('http://room/store', init))).status).toBe(204);
}

const askForAll = (room: MemoryRoom, socket: MemorySocket, id = 'all') =>
  room.deliver(socket, `\n["${id}",4,{}]`);

const bytesTo = ({ received }: MemorySocket) =>
  received.reduce((sum, frame) => sum + frame.length, 0);

/** Returns the ids of the read checks that a socket has received. */
const questionsTo = ({ received }: MemorySocket) =>
  received.flatMap((frame) => /^S\n\["(read\.[^"]+)",1,""\]$/.exec(frame)?.[1] ?? []);

const answerOf = (id: string) => `\n["${id}",0,[0,0]]`;

const rowsOf = (store: MergeableStore, table = 't') => store.getRowCount(table);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a device that reads nothing', () => {
  it('receives a few megabytes of a response, and the rest when it acknowledges them', async () => {
    const room = await fullRoom(20);
    const socket = await room.open();
    await askForAll(room, socket);
    expect(bytesTo(socket)).toBeGreaterThan(ANSWERS.device);
    expect(bytesTo(socket)).toBeLessThan(ANSWERS.device + 1_100_000);
    for (let answered = 0; answered < questionsTo(socket).length; answered++) {
      await room.deliver(socket, answerOf(questionsTo(socket)[answered]!));
    }
    expect(bytesTo(socket)).toBeGreaterThan(20_000_000);
    expect(socket.closed).toBeUndefined();
  });

  it('is closed if it requests more again and again', async () => {
    const room = await fullRoom(20);
    const socket = await room.open();
    for (let id = 0; id < 60 && !socket.closed; id++) await askForAll(room, socket, `${id}`);
    expect(socket.closed).toEqual({ code: 1013, reason: 'too much is waiting' });
    expect(bytesTo(socket)).toBeLessThan(ANSWERS.device + 1_100_000);
  });

  it('cannot fake an acknowledgement', async () => {
    const room = await fullRoom(20);
    const socket = await room.open();
    await askForAll(room, socket);
    const before = bytesTo(socket);
    for (const id of ['pull.verify', 'pull.hashes', 'read.', 'read.0', 'first.0', '']) {
      await room.deliver(socket, answerOf(id));
    }
    expect(bytesTo(socket)).toBe(before);
  });

  it('receives changes up to a limit, and catches up when it reads', async () => {
    const room = await new MemoryRoom({ MAX_STORE_BYTES: 0 }).start();
    const { store, socket } = await room.connect();
    let frames: string[] = [];
    // From here on the network holds back the room's frames.
    const later = vi.spyOn(room, 'later').mockImplementation(() => undefined);
    frames = socket.received;
    for (let table = 0; table < 15; table++) await write(room, `t${table}`, 4);
    expect(bytesTo(socket)).toBeLessThan(CHANGES.device + 5_000_000);
    expect(socket.closed).toBeUndefined();

    later.mockRestore();
    for (const data of frames.splice(0)) socket.receive(data);
    await room.settle();
    for (let table = 0; table < 15; table++) expect(rowsOf(store, `t${table}`)).toBe(400);
  });

  it('is closed after a while if data waits for it', async () => {
    const expires_at = new Date(Date.now() + 10 * PATIENCE).toISOString();
    const room = await fullRoom(20);
    const [deaf, idle] = [await room.open({ expires_at }), await room.open({ expires_at })];
    await askForAll(room, deaf);
    vi.setSystemTime(Date.now() + PATIENCE);
    await room.room.alarm();
    expect(deaf.closed).toBeUndefined();
    vi.setSystemTime(Date.now() + 1);
    await room.room.alarm();
    expect(deaf.closed?.code).toBe(1013);
    expect(idle.closed).toBeUndefined();
  });

  it('has the same limits after an eviction', async () => {
    const room = await fullRoom(20);
    const socket = await room.open();
    await askForAll(room, socket);
    await room.start();
    const before = bytesTo(socket);
    await askForAll(room, socket, 'again');
    await write(room, 'more', 1);
    expect(bytesTo(socket)).toBeLessThan(before + 500);

    await room.deliver(socket, answerOf(questionsTo(socket).at(-1)!));
    expect(bytesTo(socket)).toBeGreaterThan(before + ANSWERS.device);
  });
});

it('holds back more if all devices of a room together read nothing', async () => {
  const room = await fullRoom(20);
  const sockets = await Promise.all(Array.from({ length: 40 }, () => room.open()));
  await Promise.all(sockets.map((socket) => askForAll(room, socket)));
  const total = sockets.reduce((sum, socket) => sum + bytesTo(socket), 0);
  expect(total).toBeLessThan(ANSWERS.room + 40 * (ASK_BYTES + 1_000_000));
  for (const socket of sockets) expect(bytesTo(socket)).toBeGreaterThan(ASK_BYTES);

  for (const socket of sockets.slice(1)) socket.close(1000, '');
  await room.deliver(sockets[0]!, answerOf(questionsTo(sockets[0]!).at(-1)!));
  expect(bytesTo(sockets[0]!)).toBeGreaterThan(ANSWERS.device);
});

describe('a TinyBase client', () => {
  it('receives a large store completely and once, and acknowledges on the way', async () => {
    const room = await fullRoom(12);
    const { store, socket } = await room.connect();
    expect(rowsOf(store)).toBe(1_200);
    expect(questionsTo(socket).length).toBeGreaterThan(5);
    expect(bytesTo(socket)).toBeLessThan(12_500_000);
    const other = await room.connect();
    expect(other.store.getMergeableContent()).toEqual(store.getMergeableContent());
  });

  it('of version 5 does so too', async () => {
    const room = await fullRoom(12);
    const socket = await room.open();
    const store = createMergeableStore5();
    const synchronizer = await createWsSynchronizer5(store, socket.clientEnd as never, 5);
    void synchronizer.startSync();
    await room.settle();
    expect(store.getRowCount('t')).toBe(1_200);
  });

  it('receives no read check if there is little to read', async () => {
    const room = await new MemoryRoom().start();
    await write(room, 't', 0.9);
    const [ann, bob] = [await room.connect(), await room.connect()];
    for (let edit = 0; edit < 100; edit++) ann.store.setCell('s', 'r', 'c', edit);
    await room.settle();
    expect(rowsOf(bob.store)).toBe(90);
    expect([...questionsTo(ann.socket), ...questionsTo(bob.socket)]).toEqual([]);
  });

  it('receives everything, however slowly it reads, while others write', async () => {
    const room = await fullRoom(12);
    const slow = await room.join(createMergeableStore(), 1_000);
    for (let table = 0; table < 12; table++) {
      await room.step(3);
      await write(room, `more${table}`, 1);
    }
    await room.settle();
    expect(slow.socket.closed).toBeUndefined();
    expect(rowsOf(slow.store)).toBe(1_200);
    for (let table = 0; table < 12; table++) expect(rowsOf(slow.store, `more${table}`)).toBe(100);
  });
});
