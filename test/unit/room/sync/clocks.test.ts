import { createMergeableStore, type MergeableStore } from 'tinybase';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Leaf } from '../../../../src/document/stamp-tree.ts';
import { InFlight } from '../../../../src/room/persister/in-flight.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

const storeAt = (offset: number): MergeableStore =>
  createMergeableStore(undefined, () => Date.now() + offset);

describe('stamps from the future', () => {
  it('never reach a device that is a minute behind in a form that it drops', async () => {
    const room = await new MemoryRoom().start();
    const behind = await room.connect(storeAt(-60 * SECOND));
    for (const ahead of [239.9, 240.1, 299.5]) {
      const { store } = await room.connect(storeAt(ahead * SECOND));
      store.setCell('t', `${ahead}`, 'c', 1);
      await room.settle();
    }

    expect(behind.store.getTables()).toEqual({ t: { 239.9: { c: 1 } } });
    const { store: fresh } = await room.connect();
    expect(behind.store.getMergeableContent()).toEqual(fresh.getMergeableContent());
  });

  it.each([
    ['an empty table', '[{"t":[{},"zzzzzzzzzzzzzzzz"]}]', '{"v":[1]}'],
    ['an empty row', '[{"t":[{"r":[{},"zzzzzzzzzzzzzzzz"]}]}]', '{"v":[1]}'],
    ['all tables', '[{},"zzzzzzzzzzzzzzzz"]', '{"v":[1]}'],
    ['all values', '[{"t":[{"r":[{"c":[1]}]}]}]', '{},"zzzzzzzzzzzzzzzz"'],
  ])('are not forwarded as the stamp of %s', async (_, tables, values) => {
    const room = await new MemoryRoom().start();
    const socket = await room.open();
    const { socket: other, store } = await room.connect();
    await room.deliver(socket, `\n[null,3,[${tables},[${values}],1]]`);
    await room.settle();

    expect(socket.closed).toBeUndefined();
    expect(store.getContent()).not.toEqual([{}, {}]);
    expect(other.received.join() + room.storage.dump()).not.toContain('zzzz');
  });
});

describe('a server clock that is set', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const setClock = (by: number) => vi.setSystemTime(Date.now() + by);

  it('an hour forward and back closes no device for too many frames', async () => {
    const room = await new MemoryRoom({ MAX_FRAMES_PER_SECOND: 10 }).start();
    const ann = await room.connect();
    for (const by of [HOUR, -HOUR]) {
      setClock(by);
      ann.store.setValue('v', by);
      await room.settle();
    }

    expect(ann.socket.closed).toBeUndefined();
  });

  it('back does not withhold from a device the content that it requested before', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect(createMergeableStore().setValue('a', 1));
    const socket = await room.open();
    await room.deliver(socket, '\n["ask",7,{"b":1}]');
    const first = socket.received.at(-1)!;
    setClock(-HOUR);
    const [requestId] = JSON.parse(first.slice(first.indexOf('\n') + 1)) as [string];
    await room.deliver(socket, `\n${JSON.stringify([requestId, 0, [{ b: [2] }]])}`);

    expect(socket.received.slice(-2).join()).toContain('pull.verify');
    await room.settle();
    expect(ann.store.getValues()).toEqual({ a: 1, b: 2 });
  });

  it("back does not hold up a persister's frames for long", () => {
    const flight = new InFlight();
    const leaf = new Leaf(1, '', 1);
    const now = Date.now();
    flight.send(leaf, now);
    expect(flight.has(leaf, now)).toBe(true);
    expect(flight.has(leaf, now - HOUR)).toBe(false);
  });
});
