import { createMergeableStore } from 'tinybase';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import { Document } from '../../../../src/room/content/document.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { ResumingDevice } from '../../../helpers/in-memory/rooms/resuming-device.ts';
import {
  kindsOf,
  newDevice,
  untilSaved,
} from '../../../helpers/in-memory/rooms/resuming-devices.ts';

let room: MemoryRoom;
let staying: ResumingDevice;

const _device = (store = createMergeableStore()) => {
  const created = new ResumingDevice(store);
  onTestFinished(() => created.stop());
  return created;
};

/** Writes so many rows of 1 kB. */
async function fill(rows: number): Promise<void> {
  for (let row = 0; row < rows; row++) {
    staying.store.setRow('tasks', `row${row}`, { text: `${row} `.padEnd(1000, 'x'), tags: [row] });
  }
  staying.store.delCell('tasks', 'row1', 'tags', true);
  await untilSaved(room, staying);
}

beforeEach(async () => {
  room = await new MemoryRoom({ HEARTBEAT_SECONDS: 10 }).start();
  staying = newDevice();
  await staying.join(room);
  await untilSaved(room, staying);
});

const expectEqual = (one: ResumingDevice): void =>
  expect(one.store.getMergeableContentHashes()).toEqual(staying.store.getMergeableContentHashes());

test('a new device loads a large store as a copy, sends nothing of it back and exchanges no hashes', async () => {
  await fill(150);
  const joining = newDevice();
  await joining.join(room);
  await untilSaved(room, joining);
  expectEqual(joining);
  expect(joining.copies).toBe(1);
  expect(joining.store.getCellIds('tasks', 'row1')).toEqual(['text']);
  expect(new Set(kindsOf(joining.socket!.sent))).toEqual(new Set([MESSAGE.syncPoint]));
  expect(joining.socket!.sent.join('').length).toBeLessThan(500);
});

test('a new device gets a small store with its first request', async () => {
  await fill(20);
  const joining = newDevice();
  await joining.join(room);
  await untilSaved(room, joining);
  expectEqual(joining);
  expect(joining.copies).toBe(0);
  expect(kindsOf(joining.socket!.sent)).toEqual([MESSAGE.syncPoint]);
});

test('a room that has not read its content sends a copy without reading it', async () => {
  await fill(110);
  staying.leave();
  await room.start();
  const load = vi.spyOn(Document.prototype, 'load');
  const joining = newDevice();
  await joining.join(room);
  await untilSaved(room, joining);
  expectEqual(joining);
  expect(joining.copies).toBe(1);
  expect(load).not.toHaveBeenCalled();
});

test('what both sides write before, during and after a copy is kept', async () => {
  await fill(150);
  const store = createMergeableStore();
  store.setCell('tasks', 'row2', 'text', 'first');
  const joining = newDevice(store);
  let transactions = 0;
  store.addDidFinishTransactionListener(() => {
    transactions += 1;
    if (transactions !== 2) return;
    queueMicrotask(() => store.setCell('tasks', 'row3', 'text', 'mine'));
    staying.store.setCell('tasks', 'row4', 'text', 'theirs');
  });
  await joining.join(room);
  await untilSaved(room, joining, staying);
  expectEqual(joining);
  expect(joining.copies).toBe(1);
  expect(store.getCell('tasks', 'row2', 'text')).toBe('first');
  expect(staying.store.getCell('tasks', 'row3', 'text')).toBe('mine');
  expect(store.getCell('tasks', 'row4', 'text')).toBe('theirs');
});

test('a new device of an app that has more than 20 rows already exchanges hashes', async () => {
  await fill(150);
  const store = createMergeableStore();
  for (let row = 0; row < 21; row++) store.setCell('tasks', `mine${row}`, 'text', 'mine');
  const joining = newDevice(store);
  await joining.join(room);
  await untilSaved(room, joining);
  expectEqual(joining);
  expect(joining.copies).toBe(0);
});

/** A change that is too far in the future for TinyBase. */
const REFUSED = '[[{"t":[{"r":[{"c":["x","zxxxxxxxxxxxxxxx"]}]}]}],[{}],1]';

/** Makes the room's copies pass through `change`. */
function alterCopies(change: (text: string) => string): void {
  const { request } = room.room;
  vi.spyOn(room.room, 'request').mockImplementation(async (call) => {
    const response = await request.call(room.room, call);
    return new Response(change(await response.text()));
  });
}

test.each([
  ['is cut off', (text: string) => text.slice(0, text.length >> 1)],
  ['lacks its last line', (text: string) => text.slice(0, text.lastIndexOf('{"cursor"'))],
  ['is HTML', () => '<!doctype html>\n<html></html>\n'],
  ['is JSON of something else', () => '{"tables":{}}\n{"cursor":"a.1"}\n'],
  ['has whole content instead of changes', () => '[[{},"",0],[{},"",0]]\n{"cursor":"a.1"}\n'],
  ['has a change that TinyBase refuses', (text: string) => `${REFUSED}\n${text}`],
  ['has an empty cursor', (text: string) => text.replace(/"cursor":"[^"]*"/, '"cursor":""')],
  ['has a cursor of another log', (text: string) => text.replace(/"cursor":"/, '"cursor":"0')],
])('nothing is lost if a copy %s', async (_, change) => {
  await fill(150);
  alterCopies(change);
  const joining = newDevice();
  joining.store.setCell('tasks', 'mine', 'text', 'mine');
  await joining.join(room);
  await untilSaved(room, joining, staying);
  expectEqual(joining);
  expect(joining.copies).toBe(1);
  expect(staying.store.getCell('tasks', 'mine', 'text')).toBe('mine');
});

test('a change of a copy that TinyBase refuses is noticed, even if the room tells no hashes', async () => {
  await fill(110);
  staying.leave();
  await room.start();
  alterCopies((text) => `${REFUSED}\n${text}`);
  const joining = newDevice();
  await joining.join(room);
  await untilSaved(room, joining);
  expectEqual(joining);
});
