import { createMergeableStore } from 'tinybase';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ListOptions } from '../../../../src/platform.ts';
import { CLOSE } from '../../../../src/protocol/close-codes.ts';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';
import type { ResumingDevice } from '../../../helpers/in-memory/rooms/resuming-device.ts';
import { newDevice, untilSaved } from '../../../helpers/in-memory/rooms/resuming-devices.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';
import { eventually } from '../../../helpers/requests/eventually.ts';

/** Storage that counts how often the content was read. */
class CountingStorage extends MemoryStorage {
  reads = 0;

  override async list<Value>(options: ListOptions = {}): Promise<Map<string, Value>> {
    if (options.start?.startsWith('log-snapshot:') && options.limit !== 1) this.reads += 1;
    return super.list(options);
  }
}

let storage: CountingStorage;
let room: MemoryRoom;
let staying: ResumingDevice;
let leaving: ResumingDevice;

/** A room with some content, a device that is connected and one that is not, after an eviction. */
async function evict(variables = {}): Promise<void> {
  storage = new CountingStorage();
  room = await new MemoryRoom({ HEARTBEAT_SECONDS: 10, ...variables }, storage).start();
  [staying, leaving] = [newDevice(), newDevice()];
  await staying.join(room);
  staying.store.setTables({ tasks: { a: { title: 'one', done: false } } });
  await untilSaved(room, staying);
  await leaving.join(room);
  await untilSaved(room, leaving);
  await room.room.alarm();
  await room.settle();
  leaving.leave();
  staying.store.setCell('tasks', 'a', 'title', 'two');
  await untilSaved(room, staying);
  await room.start();
  storage.reads = 0;
}

beforeEach(() => evict());

test('a device resumes, and its edits are saved, before the room has read its content', async () => {
  leaving.store.setCell('tasks', 'a', 'done', true);
  await leaving.join(room);
  await untilSaved(room, leaving);
  expect(leaving.store.getRow('tasks', 'a')).toEqual({ title: 'two', done: true });
  expect(staying.store.getRow('tasks', 'a')).toEqual({ title: 'two', done: true });
  expect(storage.reads).toBe(0);
});

test('what was saved before the content was read survives a crash', async () => {
  leaving.store.setCell('tasks', 'a', 'done', true);
  await leaving.join(room);
  await untilSaved(room, leaving);
  const restarted = await new MemoryRoom({}, storage).start();
  const fresh = await restarted.connect();
  expect(fresh.store.getRow('tasks', 'a')).toEqual({ title: 'two', done: true });
});

test('a heartbeat does not read the content', async () => {
  await room.room.alarm();
  await room.room.alarm();
  expect(storage.reads).toBe(0);
});

test('an edit of a connected device is stored and forwarded before the content is read', async () => {
  const socket = await room.open();
  staying.store.setCell('tasks', 'a', 'title', 'three');
  await room.step(10);
  await room.step(10);
  expect(socket.received.join()).toContain('three');
  expect(storage.reads).toBe(0);
  await untilSaved(room, staying);
});

test('a device that needs the content waits for it, and agrees with what came meanwhile', async () => {
  leaving.store.setCell('tasks', 'a', 'done', true);
  const fresh = newDevice(createMergeableStore());
  fresh.store.setCell('tasks', 'b', 'title', 'fresh');
  await Promise.all([fresh.join(room), leaving.join(room)]);
  await untilSaved(room, fresh, leaving, staying);
  expect(storage.reads).toBeGreaterThan(0);
  await eventually(async () => {
    await room.settle();
    expect(fresh.store.getTables()).toEqual({
      tasks: { a: { title: 'two', done: true }, b: { title: 'fresh' } },
    });
  });
  const hashes = [fresh, leaving, staying].map(({ store }) => store.getMergeableContentHashes());
  expect(new Set(hashes.map(String)).size).toBe(1);
});

test.each([
  ['an eviction has', 1],
  ['two evictions have', 2],
])(
  'an edit that %s lost a part of is not saved before the device sends it again',
  async (_, count) => {
    leaving.fragmentSize = 50;
    await leaving.join(room);
    await untilSaved(room, leaving);
    leaving.store.setCell('tasks', 'a', 'title', 'three');
    for (let evictions = 0; evictions < count; evictions++) {
      await room.step(1);
      await room.start();
    }
    await untilSaved(room, leaving);
    expect(staying.store.getCell('tasks', 'a', 'title')).toBe('three');
  },
);

describe('a change that has the same stamp as different content', () => {
  test('is settled when the content is read', async () => {
    const [[tables]] = staying.store.getMergeableContent();
    const [, hlc] = tables.tasks![0].a![0].title!;
    const socket = await room.open();
    const change = [[{ tasks: [{ a: [{ title: ['tie', hlc] }] }] }], [{}], 1];
    await room.deliver(socket, `\n${JSON.stringify([null, MESSAGE.contentDiff, change])}`);
    expect(storage.reads).toBe(0);
    const fresh = newDevice(createMergeableStore());
    await fresh.join(room);
    await untilSaved(room, fresh);
    expect(fresh.store.getCell('tasks', 'a', 'title')).toBe('two');
    expect(socket.received.join()).toContain('"two"');
  });
});

describe('what may be refused waits for the content', () => {
  test.each([
    ['a malformed change', '[1]', CLOSE.invalidFrame],
    ['an unknown message', '""', CLOSE.invalidFrame],
  ])('%s', async (name, body, close) => {
    const socket = await room.open();
    const message = name === 'an unknown message' ? 55 : MESSAGE.contentDiff;
    await room.deliver(socket, `\n[null,${message},${body}]`);
    expect(socket.closed).toEqual(close);
    expect(storage.reads).toBeGreaterThan(0);
  });

  test('a change that may not fit', async () => {
    await evict({ MAX_STORE_BYTES: 2_000 });
    leaving.store.setCell('tasks', 'a', 'title', 'x'.repeat(3_000));
    await leaving.join(room);
    const { socket } = leaving;
    await eventually(async () => {
      await room.settle();
      expect(socket?.closed).toEqual(CLOSE.storeFull);
    });
    expect(staying.store.getCell('tasks', 'a', 'title')).toBe('two');
  });

  test('a change from the future', async () => {
    const ahead = createMergeableStore('ahead', () => Date.now() + 1_000_000);
    ahead.setCell('tasks', 'z', 'title', 'future');
    const socket = await room.open();
    const [[tables]] = ahead.getMergeableContent();
    const [value, hlc] = tables.tasks![0].z![0].title!;
    const change = [[{ tasks: [{ z: [{ title: [value, hlc] }] }] }], [{}], 1];
    await room.deliver(socket, `\n${JSON.stringify([null, MESSAGE.contentDiff, change])}`);
    expect(storage.reads).toBeGreaterThan(0);
    expect(socket.received.join()).toContain('clock_ahead');
    await room.settle();
    expect(staying.store.hasRow('tasks', 'z')).toBe(false);
  });
});

test('a device whose cursor is too late gets what it lacks at the next heartbeat', async () => {
  leaving.point.advance(staying.point.cursor!);
  await leaving.join(room);
  await untilSaved(room, leaving);
  expect(leaving.store.getCell('tasks', 'a', 'title')).toBe('one');
  await room.room.alarm();
  await eventually(async () => {
    await room.settle();
    expect(leaving.store.getCell('tasks', 'a', 'title')).toBe('two');
  });
});

test('after a difference, an edit is not saved before the hashes are equal', async () => {
  await newDevice().join(room);
  await leaving.join(room);
  await untilSaved(room, leaving);
  vi.spyOn(room, 'deliver').mockResolvedValueOnce(undefined);
  leaving.store.setCell('tasks', 'a', 'done', true);
  const { sent } = leaving.socket!;
  const requests = sent.length + 1;
  await eventually(() => expect(sent).toHaveLength(requests));
  await room.settle();
  await room.start();
  await untilSaved(room, leaving);
  expect(staying.store.getCell('tasks', 'a', 'done')).toBe(true);
});
