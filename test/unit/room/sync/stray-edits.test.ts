import { createMergeableStore, type MergeableStore } from 'tinybase';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { createMergeableStore as createStore5 } from 'tinybase-5';
import { createWsSynchronizer as createWsSynchronizer5 } from 'tinybase-5/synchronizers/synchronizer-ws-client';
import { createMergeableStore as createStore9 } from 'tinybase-9';
import { createWsSynchronizer as createWsSynchronizer9 } from 'tinybase-9/synchronizers/synchronizer-ws-client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MESSAGE, readEnvelope } from '../../../../src/protocol/frame.ts';
import { type MemoryDevice, MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { shortenWaits } from '../../../helpers/in-memory/short-waits.ts';

// No test of this file calls the alarm, so there is no heartbeat.

const LOADING = 1;

const messageOf = (frame: string) => readEnvelope(frame.slice(frame.indexOf('\n') + 1))!;

/** How many requests for hashes, and requests for content, a socket carried to its device. */
const questionsTo = ({ socket }: MemoryDevice) => kindsIn(socket.received);
const kindsIn = (frames: string[]) => {
  const kinds = frames.map((frame) => messageOf(frame).message);
  const content = [MESSAGE.getTableDiff, MESSAGE.getRowDiff, MESSAGE.getCellDiff] as number[];
  return {
    hashes: kinds.filter((kind) => kind === MESSAGE.getContentHashes).length,
    content: kinds.filter((kind) => content.includes(kind)).length,
  };
};

/** Writes once when the client takes in a change. TinyBase does not send what is written then. */
function writeWhileLoading({ store, synchronizer }: MemoryDevice): void {
  let isWritten = false;
  synchronizer.addStatusListener((_, status) => {
    if ((status as number) !== LOADING || isWritten) return;
    isWritten = true;
    store.setCell('strays', 'one', 'c', 'written while loading');
  });
}

const stray = { strays: { one: { c: 'written while loading' } } };

async function pair() {
  const room = await new MemoryRoom().start();
  const ann = await room.connect();
  const bob = await room.connect();
  return { room, ann, bob };
}

/** A client of any TinyBase version. The versions differ in their types, but not in their use. */
type Create = () => MergeableStore;
const VERSIONS: Array<[string, Create, typeof createWsSynchronizer]> = [
  ['5', createStore5 as unknown as Create, createWsSynchronizer5 as never],
  ['9', createStore9 as unknown as Create, createWsSynchronizer9 as never],
  ['10', createMergeableStore, createWsSynchronizer],
];

describe('an edit that a client did not send', () => {
  it.each(VERSIONS)(
    'because it took in a change is found (TinyBase %s)',
    async (_, create, join) => {
      const room = await new MemoryRoom().start();
      const ann = await room.connect();
      const socket = await room.open();
      const store = create();
      const synchronizer = await join(store, socket.clientEnd);
      void synchronizer.startSync();
      await room.settle();
      writeWhileLoading({ store, socket, synchronizer });

      ann.store.setCell('t', 'r', 'c', 1);
      await room.settle();

      expect(ann.store.getTables()).toMatchObject(stray);
    },
  );

  it('because it waited for a response is found, even if it gave up on the response', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect();
    const patience = 0.05;
    const bob = await room.join(createMergeableStore(), patience);
    await room.settle();
    const pulled = bob.synchronizer.load();
    bob.store.setCell('strays', 'one', 'c', 'written while loading');
    await pulled;
    await room.settle();
    expect(ann.store.getTables()).toEqual(stray);
  });

  it.each<[string, (room: MemoryRoom) => Promise<unknown>]>([
    [
      'an HTTP write',
      (room) => room.post('/store', { tables: { t: { r: { c: 1 } } }, values: {} }),
    ],
    [
      'a manual sync',
      (room) => {
        const away = createMergeableStore();
        away.setCell('t', 'r', 'c', 1);
        return room.post('/manual-sync', { mergeableContent: away.getMergeableContent() });
      },
    ],
    [
      "a persister's write",
      async (room) => {
        const persister = await room.open({ protocol: 'partykit' });
        await room.deliver(persister, 's[{"t":{"r":{"c":1}}},{},1]');
      },
    ],
  ])('because it took in %s is found', async (_, write) => {
    const { room, ann, bob } = await pair();
    writeWhileLoading(bob);
    await write(room);
    await room.settle();
    expect(bob.store.getTables()).toMatchObject({ t: { r: { c: 1 } } });
    expect(ann.store.getTables()).toMatchObject(stray);
  });

  it('is found again and again', async () => {
    const { room, ann, bob } = await pair();
    shortenWaits();
    let count = 0;
    bob.synchronizer.addStatusListener((_, status) => {
      if ((status as number) === LOADING && count < 3) bob.store.setValue('count', ++count);
    });
    for (let edit = 1; edit <= 3; edit++) {
      ann.store.setCell('t', 'r', 'c', edit);
      await room.settle();
      expect(ann.store.getValue('count')).toBe(bob.store.getValue('count'));
    }
    expect(count).toBe(3);
  });

  it('is found while others keep writing', async () => {
    const { room, ann, bob } = await pair();
    shortenWaits();
    writeWhileLoading(bob);
    for (let edit = 0; edit < 30; edit++) {
      ann.store.setCell('t', 'r', 'c', edit);
      await room.step(3);
    }
    expect(ann.store.getTables()).toMatchObject(stray);
  });
});

describe('verifying devices', () => {
  it('asks each receiver of a single edit once, and its writer not at all', async () => {
    const { room, ann, bob } = await pair();
    const before = { ann: questionsTo(ann), bob: questionsTo(bob) };
    ann.store.setCell('t', 'r', 'c', 1);
    await room.settle();
    await room.settle();
    expect(questionsTo(ann)).toEqual(before.ann);
    expect(questionsTo(bob)).toEqual({ ...before.bob, hashes: before.bob.hashes + 1 });
  });

  it('asks rarely in a stream of edits, and the last time after the last edit', async () => {
    const { room, ann, bob } = await pair();
    shortenWaits();
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const before = questionsTo(bob);
    for (let edit = 0; edit < 100; edit++) {
      vi.advanceTimersByTime(10);
      ann.store.setCell('t', 'r', 'c', edit);
      await room.step(4);
    }
    await room.settle();
    const { hashes, content } = questionsTo(bob);
    expect(content).toBe(before.content);
    expect(hashes - before.hashes).toBeLessThan(40);
    const last = bob.socket.received.findLastIndex(
      (frame) => messageOf(frame).message === MESSAGE.contentDiff,
    );
    expect(kindsIn(bob.socket.received.slice(last)).hashes).toBeGreaterThan(0);
  });

  it('compares no tables because edits cross on the way', async () => {
    const { room, ann, bob } = await pair();
    shortenWaits();
    const rows = Array.from({ length: 2_000 }, (_, row) => [`${row}`, { c: row }]);
    ann.store.setTable('t', Object.fromEntries(rows));
    await room.settle();
    const before = [ann, bob].map(({ socket }) => [socket.received.length, socket.sent.length]);

    for (let edit = 0; edit < 60; edit++) {
      ann.store.setCell('t', `${edit}`, 'c', 'ann');
      if (edit % 3 > 0) bob.store.setCell('t', `${edit + 1_000}`, 'c', 'bob');
      await room.step(1 + (edit % 5));
    }
    await room.settle();

    expect(ann.store.getMergeableContent()).toEqual(bob.store.getMergeableContent());
    [ann, bob].forEach(({ socket }, index) => {
      const [received, sent] = before[index]!;
      expect(kindsIn(socket.received.slice(received)).content).toBe(0);
      expect(kindsIn(socket.sent.slice(sent)).content).toBe(0);
    });
  });

  it('compares tables once with a device whose content cannot become the same', async () => {
    const { room, ann, bob } = await pair();
    // The room refuses a stamp so far ahead of its clock.
    const ahead = createMergeableStore('ahead', () => Date.now() + 280_000);
    ahead.setCell('t', 'r', 'c', 'ahead');
    bob.store.merge(ahead);
    await room.settle();
    const before = questionsTo(bob).content;
    for (let edit = 0; edit < 10; edit++) {
      ann.store.setCell('u', 'r', 'c', edit);
      await room.settle();
    }
    expect(questionsTo(bob).content - before).toBeLessThanOrEqual(3);
  });

  it('asks a device that has left no more', async () => {
    const { room, ann, bob } = await pair();
    shortenWaits();
    for (let edit = 0; edit < 20; edit++) {
      ann.store.setCell('t', 'r', 'c', edit);
      await room.step(6);
    }
    bob.socket.close(1006, 'the network is gone');
    const { length } = bob.socket.received;
    await room.settle();
    expect(bob.socket.received.length).toBe(length);
    expect(ann.socket.closed).toBeUndefined();
  });
});
