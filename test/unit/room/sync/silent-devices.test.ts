import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryRoom, type MemorySocket } from '../../../helpers/in-memory/rooms/memory-room.ts';

const SECOND = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * SECOND);
const fullRoom = (MAX_DEVICES = 2) => new MemoryRoom({ MAX_DEVICES }).start();
const codes = (...sockets: MemorySocket[]) => sockets.map(({ closed }) => closed?.code);

it('admits a device when silent ones have not answered for ten seconds', async () => {
  const room = await fullRoom();
  const alive = (await room.connect()).socket;
  const gone = await room.open();
  later(60);
  const refused = await room.open();
  await room.settle();
  later(5);
  const tooSoon = await room.open();
  later(5);
  const admitted = await room.open();

  expect(codes(alive, gone)).toEqual([undefined, 4003]);
  expect(codes(refused, tooSoon, admitted)).toEqual([4003, 4003, undefined]);
});

it('remembers through an eviction which devices it asked', async () => {
  const room = await fullRoom(1);
  const gone = await room.open();
  later(60);
  await room.open();
  await room.start();
  later(10);
  const admitted = await room.open();

  expect(codes(gone, admitted)).toEqual([4003, undefined]);
});

it('does not check a device that has just sent something', async () => {
  const room = await fullRoom(1);
  const { socket, store } = await room.connect();
  later(60);
  store.setValue('v', 1);
  await room.settle();
  const before = socket.received.length;
  const refused = await room.open();
  later(10);
  store.setValue('v', 2);
  await room.settle();
  const again = await room.open();

  expect(socket.received.length).toBe(before);
  expect(codes(socket, refused, again)).toEqual([undefined, 4003, 4003]);
});

it('asks again if the clock was set back, and closes nobody for that', async () => {
  const room = await fullRoom(1);
  const { socket } = await room.connect();
  later(60);
  await room.open();
  later(-3600);
  await room.open();
  await room.settle();
  later(10);
  const refused = await room.open();

  expect(codes(socket, refused)).toEqual([undefined, 4003]);
});

it('leaves persister clients alone, because they never answer', async () => {
  const room = await fullRoom(1);
  const persisting = await room.open({ protocol: 'partykit' });
  for (const _ of [1, 2]) {
    later(60);
    expect(codes(await room.open(), persisting)).toEqual([4003, undefined]);
  }
});

it('writes no state for the frames of a device that was not asked', async () => {
  const room = await fullRoom();
  const { socket, store } = await room.connect();
  const setState = vi.spyOn(socket, 'setState');
  for (let edit = 0; edit < 50; edit++) store.setValue('v', edit);
  await room.settle();

  expect(setState).not.toHaveBeenCalled();
});
