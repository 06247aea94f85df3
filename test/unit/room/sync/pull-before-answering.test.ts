import { createMergeableStore } from 'tinybase';
import { expect, test } from 'vitest';
import { StampTree } from '../../../../src/document/stamp-tree.ts';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import { pullBeforeAnswering } from '../../../../src/room/sync/exchange/pull-before-answering.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';

const HLC = '0123456789abcdef';

function treeOf(...cells: [table: string, row: string, id: string][]): StampTree {
  const tree = new StampTree();
  for (const [table, row, id] of cells) tree.put({ table, row, id, cell: 1, hlc: HLC });
  return tree;
}

test('requests an unknown table, and only that', () => {
  const tree = treeOf(['a', 'r', 'c']);
  expect(pullBeforeAnswering(tree, MESSAGE.getTableDiff, { a: 5, b: 6 })).toEqual({
    message: MESSAGE.getTableDiff,
    body: { a: 5 },
  });
  expect(pullBeforeAnswering(tree, MESSAGE.getTableDiff, { a: 5 })).toBeUndefined();
});

test('requests unknown rows as a whole', () => {
  const tree = treeOf(['a', 'r', 'c']);
  expect(pullBeforeAnswering(tree, MESSAGE.getRowDiff, { a: { r: 5, s: 6 } })).toEqual({
    message: MESSAGE.getCellDiff,
    body: { a: { s: {} } },
  });
});

test('requests cells and values that differ', () => {
  const tree = treeOf(['a', 'r', 'c']);
  const { hash } = tree.leaf({ table: 'a', row: 'r', id: 'c' })!;
  const cells = (theirs: Record<string, number>) =>
    pullBeforeAnswering(tree, MESSAGE.getCellDiff, { a: { r: theirs } });
  expect(cells({ c: hash })).toBeUndefined();
  expect(cells({ c: hash, d: 1 })?.body).toEqual({ a: { r: { c: hash } } });
  expect(pullBeforeAnswering(tree, MESSAGE.getValueDiff, { heartbeat: 1 })).toBeUndefined();
  expect(pullBeforeAnswering(tree, MESSAGE.getValueDiff, { v: 1 })?.body).toEqual({});
});

test('requests nothing for malformed input', () => {
  const messages = [MESSAGE.getTableDiff, MESSAGE.getRowDiff, MESSAGE.getCellDiff];
  for (const body of [null, [], 'a', { a: -1 }, { a: { r: 'x' } }]) {
    for (const message of messages) {
      expect(pullBeforeAnswering(treeOf(), message, body)).toBeUndefined();
    }
  }
});

test('has all content of a device, on every level, by the time the device has loaded', async () => {
  const room = await new MemoryRoom().start();
  const there = await room.connect();
  there.store.setTables({ a: { r: { c: 1 }, s: { c: 1 } }, x: { r: { c: 1 } } });
  await room.settle();
  const store = createMergeableStore();
  store.merge(there.store);
  store.setCell('a', 'r', 'd', 2).setCell('a', 'q', 'c', 2).setCell('b', 'r', 'c', 2);
  store.setValue('v', 2).delCell('a', 's', 'c', true);

  const { socket, synchronizer } = await room.connect(store);

  const asked = socket.received.map((frame) => JSON.parse(frame.slice(2))[0]);
  expect(asked.filter((id) => id?.startsWith('first.'))).toHaveLength(4);
  expect(asked.filter((id) => id?.startsWith('pull.'))).toEqual(['pull.hashes', 'pull.again']);
  expect(there.store.getMergeableContent()).toEqual(store.getMergeableContent());
  await synchronizer.destroy();
});
