import { createMergeableStore, type MergeableStore } from 'tinybase';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { nextHlc } from '../../../../src/document/hlc.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';

const contentOf = (store: MergeableStore) => store.getMergeableContent();

/** A room to which `ann` has written this many rows of 100 kB. */
async function roomOfLarge(rows: number) {
  const room = await new MemoryRoom().start();
  const ann = await room.connect(undefined, 100_000);
  for (let row = 0; row < rows; row++) ann.store.setCell('t', `${row}`, 'c', 'x'.repeat(100_000));
  await room.settle();
  return { room, ann };
}

/** Encodes a client's frame that writes the only cell of a row. */
const change = (row: number, cell: string, hlc: string): string =>
  `\n["",3,${JSON.stringify([[{ t: [{ [row]: [{ c: [cell, hlc] }] }] }], [{}], 1])}]`;

describe('the synchronizer', () => {
  it('forwards an edit to the other devices and never back to its writer', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect();
    const bob = await room.connect();
    const before = ann.socket.received.length;

    ann.store.setCell('tasks', 'one', 'title', 'Buy milk');
    await room.settle();

    expect(bob.store.getTables()).toEqual({ tasks: { one: { title: 'Buy milk' } } });
    expect(ann.socket.received.length).toBe(before);
    expect(contentOf(bob.store)).toEqual(contentOf(ann.store));
  });

  it('sends everything to a late joiner, with the same hashes', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect();
    ann.store.setTables({ a: { b: { c: 1, d: null, e: { f: [1, 2] } } }, x: { y: { z: '' } } });
    ann.store.setValues({ theme: 'dark', list: [1, 2, 3] });
    ann.store.delCell('a', 'b', 'c', true);
    await room.settle();

    const bob = await room.connect();

    expect(bob.store.getContent()).toEqual(ann.store.getContent());
    expect(contentOf(bob.store)).toEqual(contentOf(ann.store));
  });

  it('accepts offline changes of a device and forwards them', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect();
    ann.store.setCell('t', 'r', 'c', 1);
    await room.settle();
    const away = createMergeableStore();
    away.setCell('t', 'r', 'd', 2);
    away.setCell('t', 's', 'c', 3);
    away.setValue('v', true);

    const bob = await room.connect(away);

    expect(ann.store.getContent()).toEqual([
      { t: { r: { c: 1, d: 2 }, s: { c: 3 } } },
      { v: true },
    ]);
    expect(contentOf(ann.store)).toEqual(contentOf(bob.store));
  });

  it('asks no other device when one joins', async () => {
    const room = await new MemoryRoom().start();
    const idle = await Promise.all(Array.from({ length: 20 }, () => room.connect()));
    const before = idle.map(({ socket }) => socket.received.length);

    await room.connect();

    expect(idle.map(({ socket }) => socket.received.length)).toEqual(before);
  });

  it('keeps ids and contents of every kind', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect();
    const bob = await room.connect();
    for (const id of ['__proto__', 'constructor', '', 'a\nb', '\uFFFC', '\uFFFD', '\ud800', '🙂']) {
      ann.store.setCell(id, id, id, `${id} is a cell`);
      ann.store.setValue(id, id.startsWith('\uFFFC') ? 'mark' : 'value');
    }
    await room.settle();
    const late = await room.connect();

    expect(contentOf(bob.store)).toEqual(contentOf(ann.store));
    expect(contentOf(late.store)).toEqual(contentOf(ann.store));
  });

  it('lets the first of two different defaults win everywhere', async () => {
    const room = await new MemoryRoom().start();
    const [a, b] = [createMergeableStore(), createMergeableStore()];
    a.setDefaultContent([{ t: { r: { c: 'a' } } }, { v: 'a' }]);
    b.setDefaultContent([{ t: { r: { c: 'b' } } }, { v: 'b' }]);

    await room.connect(a);
    await room.connect(b);

    expect(b.getContent()).toEqual([{ t: { r: { c: 'a' } } }, { v: 'a' }]);
    expect(contentOf(b)).toEqual(contentOf(a));
  });

  it('splits a response that is too large for one frame', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect();
    for (let row = 0; row < 20; row++) ann.store.setCell('t', `${row}`, 'c', '💾'.repeat(20_000));
    ann.store.setCell('t', 'large', 'c', 'x'.repeat(2_500_000));
    await room.settle();

    const bob = await room.connect();

    expect(contentOf(bob.store)).toEqual(contentOf(ann.store));
    const largest = Math.max(...bob.socket.received.map((frame) => Buffer.byteLength(frame)));
    expect(largest).toBeLessThan(1_048_576);
  });

  it('sends nothing in later chunks that is not stored, whatever is written in the meantime', async () => {
    const { room, ann } = await roomOfLarge(40);
    const bob = await room.open();
    const seen: boolean[] = [];
    let hlc = nextHlc(Date.now(), '');
    const write = (row: number) => {
      hlc = nextHlc(Date.now(), hlc);
      void room.deliver(ann.socket, change(row, `mark ${hlc};`, hlc));
    };
    const send = bob.send.bind(bob);
    bob.send = (frame) => {
      send(frame);
      if (frame.length < 10_000) return;
      const stored = room.storage.dump();
      for (const [mark] of frame.matchAll(/mark [^;]+;/g)) seen.push(stored.includes(mark));
      // Each later chunk contains some of these rows.
      for (const row of [15, 23, 31, 39]) write(row);
    };

    // While the clock stands still, changes beyond the first few wait to be stored.
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    await room.deliver(bob, '\n["all",4,{}]');
    await room.settle();
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).not.toContain(false);
  });

  it('sends the next joiner the changes made during the last response', async () => {
    const { room, ann } = await roomOfLarge(20);
    const bob = await room.open();
    const joined = room.deliver(bob, '\n["all",4,{}]');
    await room.deliver(ann.socket, change(0, 'changed', nextHlc(Date.now(), '')));
    await joined;

    const carl = await room.open();
    await room.deliver(carl, '\n["all",4,{}]');
    expect(carl.received.join()).toContain('changed');
  });

  it('reassembles the fragments of a device', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect(createMergeableStore(), 100);
    const bob = await room.connect();

    ann.store.setCell('t', 'r', 'c', 'ä🙂'.repeat(1000));
    await room.settle();

    expect(contentOf(bob.store)).toEqual(contentOf(ann.store));
  });
});

describe('the stored state', () => {
  it('is the same after a restart, and waking writes nothing', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect();
    ann.store.setTables({ t: { r: { c: 1, d: 'gone' } } });
    ann.store.delCell('t', 'r', 'd');
    ann.store.setValue('v', null);
    ann.store.setCell('t', 'r', 'large', 'x'.repeat(1_000_000));
    await room.settle();
    const writes = room.storage.writes;

    const restarted = await new MemoryRoom({}, room.storage).start();
    const bob = await restarted.connect();

    expect(contentOf(bob.store)).toEqual(contentOf(ann.store));
    expect(room.storage.writes).toBe(writes);
  });

  it('survives an eviction in the middle of a handshake', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect();
    ann.store.setCell('t', 'r', 'c', 1);
    await room.settle();
    ann.store.setCell('t', 'r', 'c', 2);
    await room.start();
    ann.store.setCell('t', 'r', 'c', 3);
    await room.settle();
    const bob = await room.connect();

    expect(contentOf(bob.store)).toEqual(contentOf(ann.store));
  });
});
