import type { CellHashes, RowHashes } from 'tinybase';
import type { SizedStamp } from '../../../document/cell-stamp.ts';
import { hashesOf, type StampTree } from '../../../document/stamp-tree.ts';
import { noIds } from '../../../protocol/stamps.ts';
import { setRow } from './diffs.ts';
import { pullOfCells, type Request } from './pull.ts';

/** Most rows that the room remembers for a device. With more, the hashes are compared again. */
const MAX_ROWS = 10_000;

/** Rows by their table. */
export type RowIds = ReadonlyMap<string, readonly string[]>;

/**
 * The rows that a device has in another form than the room, or not at all, by the hashes in its
 * request; undefined if there are none or too many.
 */
export function rowsThatDiffer(tree: StampTree, theirs: RowHashes): RowIds | undefined {
  const differing = new Map<string, string[]>();
  let count = 0;
  for (const table of Object.keys(theirs)) {
    const hashes = theirs[table]!;
    const rows: string[] = [];
    for (const [row, { hash }] of tree.tables.children.get(table)?.children ?? []) {
      if (Object.hasOwn(hashes, row) && hashes[row] === hash) continue;
      if (++count > MAX_ROWS) return undefined;
      rows.push(row);
    }
    if (rows.length > 0) differing.set(table, rows);
  }
  return count > 0 ? differing : undefined;
}

/** The room's stamps of these rows. */
export function* stampsOf(tree: StampTree, rows: RowIds): Generator<SizedStamp> {
  for (const [table, ids] of rows) {
    for (const row of ids) yield* tree.ofRow(table, row);
  }
}

/** The requests for what a device has in these rows and the room lacks. */
export function requestOf(tree: StampTree, rows: RowIds): Request[] {
  const hashes: CellHashes = noIds<RowHashes>();
  for (const [table, ids] of rows) {
    for (const row of ids) setRow(hashes, table, row, hashesOf(tree.row(table, row)));
  }
  return pullOfCells(hashes);
}
