import fc from 'fast-check';
import { getHlcFunctions } from 'tinybase/common';
import { expect, it } from 'vitest';
import type { CellStamp } from '../../../src/document/cell-stamp.ts';
import { Quota } from '../../../src/document/quota.ts';
import { BRANCH_COST, STAMP_COST, StampTree } from '../../../src/document/stamp-tree.ts';
import { DELETED } from '../../../src/protocol/stamps.ts';
import { MemoryRoom } from '../../helpers/in-memory/rooms/memory-room.ts';

const LIMIT = 2_000;
const TOMBSTONES_TOO = 2_500;

const id = fc.constantFrom('', 'a', 'b', '__proto__', 'ä🙂', 'x'.repeat(300));
const cell = fc.oneof(
  fc.constant(DELETED),
  fc.nat(),
  fc.string({ maxLength: 400 }),
  fc.constant('ä🙂'.repeat(50)),
);
const [, , encodeHlc] = getHlcFunctions('quota');
const edit: fc.Arbitrary<CellStamp> = fc
  .record({ table: fc.option(id), row: id, id, cell, second: fc.nat(30) })
  .map(({ second, ...edit }) => ({
    ...edit,
    row: edit.table === null ? '' : edit.row,
    hlc: encodeHlc(Date.UTC(2026, 0) + second * 1000, 0),
  }));
const path = ({ table, row, id }: CellStamp) => JSON.stringify([table, row, id]);
const batch = fc.uniqueArray(edit, { maxLength: 12, selector: path });

it('counts exactly what the tree counts, in any order of edits', () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 12 }), (batches) => {
      const tree = new StampTree();
      for (const batch of batches) {
        const quota = new Quota(tree, LIMIT);
        const before = tree.bytes;
        const accepted = batch.filter((edit) => quota.takes(edit, tree.leaf(edit)));
        for (const edit of accepted) tree.put(edit);
        expect(tree.bytes).toBe(quota.bytes);
        expect(tree.bytes).toBeLessThanOrEqual(TOMBSTONES_TOO);
        const isLive = accepted.every(({ cell }) => cell !== DELETED);
        if (isLive) expect(tree.bytes).toBeLessThanOrEqual(Math.max(LIMIT, before));
      }
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['short', 1, 3_000],
  ['long', 9_000, 300],
])('applies the limit to many tables of %s ids in one frame', async (_, length, count) => {
  const room = await new MemoryRoom({ MAX_STORE_BYTES: 100_000 }).start();
  const socket = await room.open();
  const [nextHlc] = getHlcFunctions('tables');
  const ids = Array.from({ length: count }, (_, table) => `${table}`.padEnd(length, 'x'));
  const tables = Object.fromEntries(ids.map((id) => [id, [{ r: [{ c: [1, nextHlc()] }] }]]));
  await room.deliver(socket, `\n${JSON.stringify([null, 3, [[tables], [{}], 1]])}`);

  expect(socket.closed?.code).toBe(4004);
  const taken = Object.keys((await room.connect()).store.getTables());
  const bytes = taken.length * (length + BRANCH_COST + BRANCH_COST + STAMP_COST);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(100_000);
});
