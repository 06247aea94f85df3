import { describe, expect, it } from 'vitest';
import type { CellAddress, Correction } from '../../../../src/document/cell-stamp.ts';
import { Leaf, StampTree } from '../../../../src/document/stamp-tree.ts';
import { Corrections } from '../../../../src/room/refusals/corrections.ts';
import { TombstoneBudgets } from '../../../../src/room/refusals/tombstone-budgets.ts';
import { memberOf } from '../../../helpers/in-memory/rooms/shared-room.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';

const HLC = 'Nn1JUUm---1-----';
const BEFORE = 'Nn1JUUm-----7JQY';

const at = (row: string): CellAddress => ({ table: 't', row, id: 'c' });
const leaf = new Leaf('content', HLC, 9);

/** Notes corrections of these rows, in a tree that has them, and stores them. */
async function corrected(rows: string[], storage = new MemoryStorage()) {
  const tree = new StampTree();
  const corrections = new Corrections(storage, (error) => expect.fail(String(error)));
  await corrections.load();
  for (const row of rows) {
    const correction: Correction = { ...at(row), cell: 'content', hlc: HLC, before: BEFORE };
    corrections.note(correction);
    tree.put(correction);
  }
  corrections.save(tree);
  const loaded = new Corrections(storage, () => undefined);
  await loaded.load();
  return { storage, tree, corrections, loaded };
}

describe('the remembered corrections', () => {
  it('are the latest ones that fit in a value of storage, whatever their ids are', async () => {
    const rows = Array.from({ length: 5000 }, (_, row) => `\u{1F642}"\n ${row}`);
    const { storage, corrections, loaded } = await corrected(rows);

    expect(storage.bytes).toBeGreaterThan(50_000);
    for (const remembered of [corrections, loaded]) {
      expect(remembered.before(at(rows[0]!), leaf)).toBeUndefined();
      expect(remembered.before(at(rows.at(-500)!), leaf)).toBe(BEFORE);
      expect(remembered.before(at(rows.at(-1)!), leaf)).toBe(BEFORE);
    }
  });

  it('leave out a cell whose id is too long to remember', async () => {
    const { loaded } = await corrected(['a', 'x'.repeat(100_000), 'b']);
    expect(loaded.before(at('a'), leaf)).toBe(BEFORE);
    expect(loaded.before(at('b'), leaf)).toBe(BEFORE);
  });

  it('are forgotten when something later has replaced them', async () => {
    const { tree, corrections, storage } = await corrected(['a', 'b']);
    tree.put({ ...at('a'), cell: 'later', hlc: 'Nn1JUUn---------' });
    expect(corrections.before(at('a'), new Leaf('later', 'Nn1JUUn---------', 7))).toBeUndefined();
    corrections.note({ ...at('c'), cell: 1, hlc: HLC, before: null });
    tree.put({ ...at('c'), cell: 1, hlc: HLC });
    corrections.save(tree);
    expect(storage.dump()).not.toContain('\\"a\\"');
    tree.put({ ...at('b'), cell: 'later', hlc: 'Nn1JUUn---------' });
    tree.put({ ...at('c'), cell: 'later', hlc: 'Nn1JUUn---------' });
    corrections.prune(tree);
    expect(corrections.ifAny).toBeUndefined();
  });

  it('are written only when they change', async () => {
    const { storage, tree, corrections } = await corrected(['a']);
    expect(storage.writes).toBe(1);
    corrections.save(tree);
    expect(storage.writes).toBe(1);
  });
});

it('counts tombstones for the last 500 members that left some', () => {
  let budgets = new TombstoneBudgets();
  const author = (account: string) => ({ session_hash: 'a', member: memberOf(account) });
  for (let account = 0; account < 501; account++) budgets.spend(author(`${account}`), 60_000);
  budgets.spend({ session_hash: 'a' }, 1000);
  budgets.spend(author('500'), 1000);
  budgets = new TombstoneBudgets(budgets.text);

  expect(budgets.left(author('0'))).toBe(64_000);
  expect(budgets.left(author('2'))).toBe(4_000);
  expect(budgets.left(author('500'))).toBe(3_000);
  expect(budgets.left({ session_hash: 'b' })).toBe(63_000);
  expect(budgets.text.length).toBeLessThan(100_000);
});
