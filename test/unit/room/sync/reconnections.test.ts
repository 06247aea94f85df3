import { createMergeableStore } from 'tinybase';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { describe, expect, it } from 'vitest';
import {
  comparisonsOf,
  edit,
  ReconnectingEnd,
  roomOfRows,
} from '../../../helpers/in-memory/reconnection.ts';
import type { MemoryDevice, MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { shortenWaits } from '../../../helpers/in-memory/short-waits.ts';

/** Milliseconds between two frames of a slow network. */
const PAUSE = 25;

const pass = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Delivers everything as a slow network does, frame by frame. */
async function settleSlowly(room: MemoryRoom): Promise<void> {
  for (let turn = 0; turn < 16; turn++) {
    await room.step(1);
    await pass(PAUSE);
  }
  await room.settle();
}

const LOADING = 1;

/** Writes once when the client takes in a change. TinyBase does not send what is written then. */
function writeWhileLoading({ synchronizer }: MemoryDevice, write: () => void): void {
  let isWritten = false;
  synchronizer.addStatusListener((_, status) => {
    if ((status as number) !== LOADING || isWritten) return;
    isWritten = true;
    write();
  });
}

/** The device sends its row hashes once, and nobody else sends any. */
const ONCE = {
  up: { contentHashes: 1, getTableDiff: 1, getRowDiff: 1, getCellDiff: 1 },
  down: { getCellDiff: 1 },
};

const EDITS = [1, 10].flatMap((count) =>
  ['here', 'elsewhere', 'on both sides'].map((where) => [count, where] as const),
);

describe('a TinyBase client that comes back to a room with other content', () => {
  it.each(EDITS)('sends its row hashes once (%i edits %s)', async (count, where) => {
    const { room, ann, store } = await roomOfRows(100);
    if (where !== 'elsewhere') edit(store, count, 'here');
    if (where !== 'here') edit(ann.store, count + 2, 'elsewhere');
    await room.settle();

    const { socket } = await room.connect(store);

    expect(store.getMergeableContent()).toEqual(ann.store.getMergeableContent());
    expect(comparisonsOf(socket)).toEqual(ONCE);
  });

  it.each([
    ['answers the greeting after its own first request', true],
    ['answers the greeting before its own first request', false],
  ])('sends its row hashes once on a slow network if it %s', async (_, asksFirst) => {
    const { room, ann, store } = await roomOfRows(100);
    edit(store, 1, 'here');
    edit(ann.store, 3, 'elsewhere');
    await room.settle();

    const { socket } = await room.join(store, 5);
    // The client has sent its first request then, and the greeting is still on the way.
    if (asksFirst) await pass(0);
    await settleSlowly(room);

    expect(store.getMergeableContent()).toEqual(ann.store.getMergeableContent());
    expect(comparisonsOf(socket)).toEqual(ONCE);
  });

  it('sends no more hashes because edits cross the end of its exchange', async () => {
    const { room, ann, store } = await roomOfRows(100);
    edit(store, 1, 'here');
    const { socket } = await room.join(store, 5);
    for (let turn = 0; turn < 30; turn++) {
      ann.store.setCell('tasks', '50', 'order', turn);
      await room.step(3);
    }
    await room.settle();

    expect(store.getMergeableContent()).toEqual(ann.store.getMergeableContent());
    expect(comparisonsOf(socket).up.getRowDiff).toBe(1);
    expect(comparisonsOf(socket).down.getRowDiff).toBeUndefined();
  });

  it('sends them once even if it gives up on the response to them', async () => {
    const { room, ann, store } = await roomOfRows(100);
    edit(store, 1, 'here');
    edit(ann.store, 3, 'elsewhere');
    ann.store.delRow('tasks', '98').setRow('tasks', 'new', { owner: 'elsewhere' });
    await room.settle();
    shortenWaits();
    const { socket } = await room.join(store, 0.6);
    while (!comparisonsOf(socket).up.getRowDiff) await room.step(1);
    await pass(700);
    await room.settle();

    expect(store.getMergeableContent()).toEqual(ann.store.getMergeableContent());
    expect(comparisonsOf(socket)).toEqual({
      up: { contentHashes: 1, getTableDiff: 1, getRowDiff: 1 },
      down: { getCellDiff: 1 },
    });
  });
});

describe('a client whose socket reconnects by itself', () => {
  it.each(EDITS)('sends its row hashes once (%i edits %s)', async (count, where) => {
    const { room, ann, store } = await roomOfRows(100);
    const end = new ReconnectingEnd();
    const first = await room.open();
    end.attach(first);
    const synchronizer = await createWsSynchronizer(store, end as never, 5);
    void synchronizer.startSync();
    await room.settle();
    first.close(1006, 'the network is gone');
    if (where !== 'elsewhere') edit(store, count, 'here');
    if (where !== 'here') edit(ann.store, count + 2, 'elsewhere');
    await room.settle();

    const second = await room.open();
    end.attach(second);
    await room.settle();

    expect(store.getMergeableContent()).toEqual(ann.store.getMergeableContent());
    expect(comparisonsOf(second)).toEqual({
      up: { getTableDiff: 1, getRowDiff: 1, getCellDiff: 1 },
      down: { contentHashes: 1, getCellDiff: 1 },
    });
  });
});

describe('an edit that a client did not send', () => {
  it('costs the row hashes once, from the room to the client', async () => {
    const { room, ann, store } = await roomOfRows(100);
    const device = await room.connect(store);
    writeWhileLoading(device, () => store.setCell('tasks', '7', 'owner', 'written while loading'));
    edit(ann.store, 1, 'elsewhere');
    await room.settle();

    expect(ann.store.getMergeableContent()).toEqual(store.getMergeableContent());
    expect(comparisonsOf(device.socket)).toEqual({
      up: { contentHashes: 1 },
      down: { getTableDiff: 1, getRowDiff: 1, getCellDiff: 1 },
    });
  });
});

describe('many edits that a client did not send', () => {
  it('cross in pieces, after one comparison of rows', async () => {
    const { room, ann, store } = await roomOfRows(2_500);
    const device = await room.connect(store);
    writeWhileLoading(device, () => edit(store, 2_500, 'written while loading'));
    edit(ann.store, 1, 'elsewhere');
    await room.settle();

    expect(ann.store.getMergeableContent()).toEqual(store.getMergeableContent());
    expect(comparisonsOf(device.socket).down).toEqual({
      getTableDiff: 1,
      getRowDiff: 1,
      getCellDiff: 3,
    });
  });
});

describe('a client that only saves', () => {
  it('is asked for what it has and the room lacks', async () => {
    const { room, ann } = await roomOfRows(10);
    shortenWaits();
    const store = createMergeableStore();
    store.setCell('mine', 'one', 'c', 1);
    const socket = await room.open();
    const synchronizer = await createWsSynchronizer(store, socket.clientEnd, 5);
    await synchronizer.startAutoSave();
    await room.settle();

    expect(ann.store.getTable('mine')).toEqual({ one: { c: 1 } });
  });
});
