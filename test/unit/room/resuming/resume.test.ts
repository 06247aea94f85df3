import { createMergeableStore, type MergeableStore } from 'tinybase';
import { beforeEach, expect, test } from 'vitest';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import { MemoryRoom, type MemorySocket } from '../../../helpers/in-memory/rooms/memory-room.ts';
import type { ResumingDevice } from '../../../helpers/in-memory/rooms/resuming-device.ts';
import {
  kindsOf,
  newDevice,
  untilSaved,
} from '../../../helpers/in-memory/rooms/resuming-devices.ts';

const ROWS = 300;

let room: MemoryRoom;
beforeEach(async () => {
  room = await new MemoryRoom({ HEARTBEAT_SECONDS: 10 }).start();
});

/** Connects a device and waits until everything is saved. */
async function join(joining: ResumingDevice): Promise<MemorySocket> {
  await joining.join(room);
  await untilSaved(room, joining);
  return joining.socket!;
}

function fill(store: MergeableStore): void {
  store.transaction(() => {
    for (let row = 0; row < ROWS; row++) {
      store.setRow('tasks', `row${row}`, { a: row, b: 'text', c: true, d: 'more text' });
    }
  });
}

const bytes = (frames: string[]): number => frames.join('').length;

/** A filled room, a device that has left it, and another one that stays. */
async function world() {
  const [leaving, staying] = [newDevice(), newDevice()];
  fill(staying.store);
  await join(staying);
  await join(leaving);
  leaving.leave();
  return { leaving, staying };
}

test('a device that missed one edit gets that edit, and no hashes of rows', async () => {
  const { leaving, staying } = await world();
  staying.store.setCell('tasks', 'row7', 'a', 'changed');
  await untilSaved(room, staying);
  const socket = await join(leaving);
  expect(leaving.store.getCell('tasks', 'row7', 'a')).toBe('changed');
  expect(kindsOf(socket.sent)).toEqual([MESSAGE.syncPoint]);
  expect(kindsOf(socket.received)).toEqual([MESSAGE.contentDiff, MESSAGE.response]);
  expect(bytes(socket.sent) + bytes(socket.received)).toBeLessThan(700);
});

test('a device that made one edit offline sends that edit, and no hashes of rows', async () => {
  const { leaving, staying } = await world();
  leaving.store.setCell('tasks', 'row7', 'a', 'changed');
  leaving.store.delCell('tasks', 'row8', 'b', true);
  const socket = await join(leaving);
  expect(staying.store.getCell('tasks', 'row7', 'a')).toBe('changed');
  expect(staying.store.hasCell('tasks', 'row8', 'b')).toBe(false);
  expect(kindsOf(socket.sent)).toEqual([MESSAGE.syncPoint]);
  expect(bytes(socket.sent) + bytes(socket.received)).toBeLessThan(900);
});

test('edits on both sides cross in one exchange', async () => {
  const { leaving, staying } = await world();
  leaving.store.setCell('tasks', 'row1', 'a', 'mine');
  staying.store.setCell('tasks', 'row1', 'b', 'theirs');
  staying.store.setValue('color', 'green');
  await untilSaved(room, staying);
  const socket = await join(leaving);
  expect(leaving.store.getMergeableContentHashes()).toEqual(
    staying.store.getMergeableContentHashes(),
  );
  expect(leaving.store.getRow('tasks', 'row1')).toMatchObject({ a: 'mine', b: 'theirs' });
  expect(kindsOf(socket.sent)).toEqual([MESSAGE.syncPoint]);
});

test('a device resumes after the room was evicted', async () => {
  const { leaving, staying } = await world();
  staying.store.setCell('tasks', 'row7', 'a', 'changed');
  await untilSaved(room, staying);
  await room.room.alarm();
  await room.settle();
  await room.start();
  const socket = await join(leaving);
  expect(leaving.store.getCell('tasks', 'row7', 'a')).toBe('changed');
  expect(kindsOf(socket.sent)).toEqual([MESSAGE.syncPoint]);
});

test('a device that only receives learns its cursor at a heartbeat', async () => {
  const { leaving, staying } = await world();
  await join(leaving);
  for (let edit = 0; edit < 50; edit++) staying.store.setCell('tasks', 'row1', 'a', edit);
  await untilSaved(room, staying);
  await room.room.alarm();
  await room.settle();
  const cursor = leaving.point.cursor;
  leaving.leave();
  const socket = await join(leaving);
  expect(leaving.point.cursor).toBe(cursor);
  expect(bytes(socket.received)).toBeLessThan(400);
});

test.each([
  ['of another log', 'other.0'],
  ['from the future', 'temp.99999999'],
  ['without a number', 'temp.x'],
])('a cursor %s makes both sides compare their hashes', async (_, cursor) => {
  const { leaving, staying } = await world();
  staying.store.setCell('tasks', 'row7', 'a', 'theirs');
  leaving.store.setCell('tasks', 'row7', 'b', 'mine');
  await untilSaved(room, staying);
  leaving.point.advance(cursor);
  const socket = await join(leaving);
  expect(leaving.store.getRow('tasks', 'row7')).toMatchObject({ a: 'theirs', b: 'mine' });
  expect(kindsOf(socket.sent)).toContain(MESSAGE.getRowDiff);
  expect(leaving.point.cursor).not.toBe(cursor);
});

test('a cursor that is too late, and edits that were forgotten, are found by the hashes', async () => {
  const { leaving, staying } = await world();
  staying.store.setCell('tasks', 'row7', 'a', 'theirs');
  await untilSaved(room, staying);
  leaving.store.setCell('tasks', 'row7', 'b', 'mine');
  leaving.point.advance(staying.point.cursor!);
  leaving.point.acknowledge(Number.POSITIVE_INFINITY);
  await join(leaving);
  expect(leaving.store.getRow('tasks', 'row7')).toMatchObject({ a: 'theirs', b: 'mine' });
  expect(staying.store.getRow('tasks', 'row7')).toMatchObject({ a: 'theirs', b: 'mine' });
});

test.each([
  ['no object', 1],
  ['no text as a cursor', { cursor: 1 }],
  ['a cursor that is too long', { cursor: 'c'.repeat(1000) }],
  ['malformed changes', { cursor: 'a.0', changes: [1] }],
  ['no changes', { changes: null }],
])('a request for a sync point with %s is malformed', async (_, body) => {
  const socket = await room.open({ resumes: true });
  await room.deliver(socket, `\n${JSON.stringify(['id', MESSAGE.syncPoint, body])}`);
  expect(socket.closed?.code).toBe(1007);
});

test('a new device without a cursor gets everything', async () => {
  const { staying } = await world();
  const fresh = newDevice(createMergeableStore());
  await join(fresh);
  expect(fresh.store.getMergeableContentHashes()).toEqual(
    staying.store.getMergeableContentHashes(),
  );
});
