import { createMergeableStore } from 'tinybase';
import { describe, expect, it } from 'vitest';
import type { MemorySocket } from '../../../helpers/in-memory/rooms/memory-room.ts';
import {
  expectEqual,
  memberOf,
  refusalsTo,
  SharedRoom,
} from '../../../helpers/in-memory/rooms/shared-room.ts';

/** A room with an editor, and a viewer's store with edits that were made offline. */
async function withOfflineViewer() {
  const room = await new SharedRoom(['vic']).start();
  const ed = await room.member('ed');
  ed.store.setCell('t', 'r', 'c', 'from ed');
  await room.settle();
  const store = createMergeableStore();
  store.merge(ed.store);
  store.setCell('t', 'r', 'c', 'from vic').setCell('t', 'new', 'c', 'from vic');
  return { room, ed, store };
}

/** A store that has what another one has, and shares nothing with it. */
const copyOf = (store: ReturnType<typeof createMergeableStore>) =>
  createMergeableStore().setMergeableContent(store.getMergeableContent());

const change = (row: string, cell: string, hlc: string): string =>
  `\n${JSON.stringify([null, 3, [[{ t: [{ [row]: [{ c: [cell, hlc] }] }] }], [{}], 1]])}`;

const HLC = 'Nn1JUUm-----7JQY';

describe('a device that comes back with the same refused edits', () => {
  it('costs the same few frames each time, and nothing is stored after the first', async () => {
    const { room, ed, store } = await withOfflineViewer();
    await room.member('vic', copyOf(store));
    const { bytes, writes } = room.storage;
    const told = ed.socket.received.length;
    const frames = new Set<number>();
    for (let visit = 0; visit < 100; visit++) {
      const { socket, store: again } = await room.member('vic', copyOf(store));
      expectEqual(ed.store, again);
      expect(refusalsTo(socket)).toEqual([]);
      frames.add(socket.received.length + socket.sent.length);
      socket.close(1000, '');
      if (visit % 20 === 0) await room.start();
    }

    expect(Math.max(...frames)).toBeLessThan(25);
    expect([room.storage.bytes, room.storage.writes]).toEqual([bytes, writes]);
    expect(ed.socket.received.length).toBe(told);
  }, 30_000);

  it('and ignores the answers costs nothing but its own frames', async () => {
    const { room, ed } = await withOfflineViewer();
    const socket = await room.open({ member: memberOf('vic') });
    await room.deliver(socket, change('new', 'from vic', HLC));
    await room.settle();
    const { writes } = room.storage;
    const told = [socket, ed.socket].map(({ received }) => received.length);
    for (let time = 0; time < 100; time++) await room.deliver(socket, change('new', 'x', HLC));
    await room.settle();

    expect([socket, ed.socket].map(({ received }) => received.length)).toEqual(told);
    expect(room.storage.writes).toBe(writes);
  });
});

describe('cells that the room never had', () => {
  /** Sends edits of 100 new rows each, whose tombstones take some 11 kB. */
  async function flood(room: SharedRoom, socket: MemorySocket, name: string): Promise<void> {
    const rows = Array.from({ length: 100 }, (_, row) => [`${name} ${row}`, [{ c: [1, HLC] }]]);
    const changes = [[{ t: [Object.fromEntries(rows)] }], [{}], 1];
    await room.deliver(socket, `\n${JSON.stringify([null, 3, changes])}`);
    await room.settle();
  }

  const vic = { member: memberOf('vic') };

  it('may take 64 kB of tombstones for a member, across connections and restarts', async () => {
    const room = await new SharedRoom(['vic', 'vera']).start();
    const ed = await room.member('ed');
    let sockets = 0;
    for (let batch = 0; batch < 20; batch++) {
      const socket = await room.open(vic);
      sockets += 1;
      await flood(room, socket, `${batch}`);
      if (socket.closed) expect(socket.closed).toMatchObject({ code: 4009 });
      if (batch % 3 === 0) await room.start();
    }
    const bytes = room.storage.bytes;
    const last = await room.open(vic);
    await flood(room, last, 'last');

    expect(sockets).toBe(20);
    expect(last.closed?.code).toBe(4009);
    expect(refusalsTo(last)[0]?.refused).toHaveLength(100);
    expect(room.storage.bytes).toBe(bytes);
    const tombstones = Object.keys(ed.store.getMergeableContent()[0][0].t![0]).length;
    expect(tombstones).toBeGreaterThan(400);
    expect(tombstones).toBeLessThan(700);

    const other = await room.open({ member: memberOf('vera') });
    await flood(room, other, 'other');
    expect(other.closed).toBeUndefined();
  });

  it('leave a full store full', async () => {
    const room = await new SharedRoom(['vic'], { MAX_STORE_BYTES: 1000 }).start();
    const socket = await room.open(vic);
    await flood(room, socket, 'a');
    expect(socket.closed?.code).toBe(4009);
    const { store } = await room.member('ed');
    expect(Object.keys(store.getMergeableContent()[0][0].t![0]).length).toBeLessThan(20);
  });
});
