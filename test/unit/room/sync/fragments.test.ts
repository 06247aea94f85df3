import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MAX_PAUSE } from '../../../../src/room/sync/frames/frame-assemblers.ts';
import { MemoryRoom, type MemorySocket } from '../../../helpers/in-memory/rooms/memory-room.ts';

const TEXT = 'x'.repeat(1_000_000);

const fragment = (index: number, total: number, text: string, id = '0123456789abcdef') =>
  ['', id, index, total, text].join('\n');

/** Sends megabytes of a message without its last fragment, and returns the close code. */
async function leave(room: MemoryRoom, socket: MemorySocket, megabytes: number) {
  for (let index = 0; index < megabytes; index++) {
    await room.deliver(socket, fragment(index, megabytes + 1, TEXT));
  }
  return socket.closed?.code;
}

const openIn = async (room: MemoryRoom, count: number) =>
  Promise.all(Array.from({ length: count }, () => room.open()));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it("closes sockets that exceed the room's limit of unfinished messages", async () => {
  const room = await new MemoryRoom().start();
  const sockets = await openIn(room, 4);
  const codes: unknown[] = [];
  for (const socket of sockets) codes.push(await leave(room, socket, 15));
  expect(codes).toEqual([undefined, undefined, 1013, 1013]);
  expect(sockets[2]!.closed?.reason).toBe('too much is waiting');
});

it('frees space when a device leaves, is closed, or finishes its message', async () => {
  const room = await new MemoryRoom().start();
  const [leaving, closed, finishing, ...others] = await openIn(room, 6);
  await leave(room, leaving!, 15);
  await leave(room, closed!, 15);
  leaving!.close(1000, '');
  expect(await leave(room, finishing!, 15)).toBeUndefined();
  await room.deliver(closed!, 'no frame');
  expect(await leave(room, others[0]!, 15)).toBeUndefined();
  // The message is invalid, but it is complete.
  await room.deliver(finishing!, fragment(15, 16, TEXT));
  expect(finishing!.closed?.code).toBe(1007);
  expect(await leave(room, others[1]!, 15)).toBeUndefined();
  expect(await leave(room, others[2]!, 15)).toBe(1013);
});

it('counts the slots of empty fragments', async () => {
  const room = await new MemoryRoom({ MAX_DEVICES: 0 }).start();
  const codes: unknown[] = [];
  for (const socket of await openIn(room, 50)) {
    for (let count = 100; count < 200; count++) {
      await room.deliver(socket, fragment(0, 1000, '', `0123456789abc${count}`));
    }
    codes.push(socket.closed?.code);
  }
  expect([codes[0], codes.at(-1)]).toEqual([undefined, 1013]);
});

it('closes a device with an unfinished message when another frame arrives', async () => {
  const room = await new MemoryRoom().start();
  const [slow, other] = await openIn(room, 2);
  await leave(room, slow!, 1);
  vi.setSystemTime(Date.now() + MAX_PAUSE);
  await room.deliver(other!, '\n["a",1,""]');
  expect(slow!.closed).toBeUndefined();
  vi.setSystemTime(Date.now() + 6_000);
  await room.deliver(other!, '\n["b",1,""]');
  expect(slow!.closed?.code).toBe(1013);
});

it('closes a device with an unfinished message at a heartbeat', async () => {
  const room = await new MemoryRoom().start();
  const socket = await room.open();
  await leave(room, socket, 1);
  vi.setSystemTime(Date.now() + MAX_PAUSE / 2);
  await room.room.alarm();
  expect(socket.closed).toBeUndefined();
  // Progress of another message does not count as progress of the first.
  await room.deliver(socket, fragment(0, 2, 'x', 'another-message-'));
  vi.setSystemTime(Date.now() + MAX_PAUSE / 2 + 1);
  await room.room.alarm();
  expect(socket.closed?.code).toBe(1013);
});

it('waits for a message as long as its fragments arrive', async () => {
  const room = await new MemoryRoom().start();
  const expires_at = new Date(Date.now() + 60 * MAX_PAUSE).toISOString();
  const socket = await room.open({ expires_at });
  const message = `["slow",1,""]`;
  for (const [index, text] of [...message].entries()) {
    await room.deliver(socket, fragment(index, message.length, text));
    vi.setSystemTime(Date.now() + MAX_PAUSE - 1_000);
    await room.room.alarm();
  }
  expect(socket.closed).toBeUndefined();
  expect(socket.received.some((frame) => frame.startsWith('S\n["slow",0,'))).toBe(true);
});
