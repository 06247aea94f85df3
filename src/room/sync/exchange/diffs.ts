import type { CellHashes, RowHashes, TableHashes, ValueHashes } from 'tinybase';
import type { SizedStamp } from '../../../document/cell-stamp.ts';
import {
  type Branch,
  type Cells,
  hashesOf,
  type Leaf,
  type StampTree,
} from '../../../document/stamp-tree.ts';
import { noIds } from '../../../protocol/stamps.ts';

/**
 * The responses to TinyBase's four diff requests: the stamps that the other side lacks, and the
 * hashes of the tables or rows that differ. Everything else is equal on both sides.
 */

export interface Difference<Hashes> {
  lacking: Iterable<SizedStamp>;
  differing: Hashes;
}

/** Sets the hashes of a row's cells. */
export function setRow(hashes: CellHashes, table: string, row: string, cells: TableHashes): void {
  hashes[table] ??= noIds();
  hashes[table][row] = cells;
}

/** The hash that the other side has for a child. */
const hashIn = (hashes: TableHashes, id: string): number | undefined =>
  Object.hasOwn(hashes, id) ? hashes[id] : undefined;

function compare(branch: Branch<{ hash: number }>, theirs: TableHashes) {
  const lacking: string[] = [];
  const differing = noIds<number>();
  for (const [id, child] of branch.children) {
    const their = hashIn(theirs, id);
    if (their === undefined) lacking.push(id);
    else if (their !== child.hash) differing[id] = child.hash;
  }
  return { lacking, differing };
}

export function tableDiff(tree: StampTree, theirs: TableHashes): Difference<TableHashes> {
  const { lacking, differing } = compare(tree.tables, theirs);
  return { lacking: flatMap(lacking, (table) => tree.ofTable(table)), differing };
}

export function rowDiff(tree: StampTree, theirs: RowHashes): Difference<RowHashes> {
  const lacking: [table: string, row: string][] = [];
  const differing = noIds<TableHashes>();
  for (const table of Object.keys(theirs)) {
    const rows = tree.tables.children.get(table);
    if (!rows) continue;
    const difference = compare(rows, theirs[table]!);
    for (const row of difference.lacking) lacking.push([table, row]);
    if (Object.keys(difference.differing).length > 0) differing[table] = difference.differing;
  }
  return { lacking: flatMap(lacking, ([table, row]) => tree.ofRow(table, row)), differing };
}

export function* cellDiff(tree: StampTree, theirs: CellHashes): Generator<SizedStamp> {
  for (const table of Object.keys(theirs)) {
    for (const row of Object.keys(theirs[table]!)) {
      const cells = tree.row(table, row);
      if (cells) yield* differingLeaves(tree, table, row, cells, theirs[table]![row]!);
    }
  }
}

export const valueDiff = (tree: StampTree, theirs: ValueHashes): Generator<SizedStamp> =>
  differingLeaves(tree, null, '', tree.values, theirs);

function* differingLeaves(
  tree: StampTree,
  table: string | null,
  row: string,
  cells: Cells,
  theirs: TableHashes,
): Generator<SizedStamp> {
  for (const [id, leaf] of cells.children as Map<string, Leaf>) {
    if (leaf.hash !== hashIn(theirs, id)) yield tree.hold(table, row, id, leaf);
  }
}

function* flatMap<From, To>(
  items: Iterable<From>,
  map: (item: From) => Iterable<To>,
): Generator<To> {
  for (const item of items) yield* map(item);
}

/** Row hashes of the tables that differ. */
export function rowHashes(tree: StampTree, theirs: TableHashes): RowHashes {
  const hashes = noIds<TableHashes>();
  for (const id of Object.keys(theirs)) {
    const table = tree.tables.children.get(id);
    if (table && table.hash !== theirs[id]) hashes[id] = hashesOf(table);
  }
  return hashes;
}

/** Cell hashes of the rows that differ. */
export function cellHashes(tree: StampTree, theirs: RowHashes): CellHashes {
  const hashes = noIds<RowHashes>();
  for (const tableId of Object.keys(theirs)) {
    for (const rowId of Object.keys(theirs[tableId]!)) {
      const row = tree.row(tableId, rowId);
      if (!row || row.hash === theirs[tableId]![rowId]) continue;
      setRow(hashes, tableId, rowId, hashesOf(row));
    }
  }
  return hashes;
}

const isHash = (hash: unknown): boolean =>
  Number.isInteger(hash) && (hash as number) >= 0 && (hash as number) <= 0xffffffff;

/** Hashes by the number of levels of ids above them. */
export interface HashTrees {
  1: TableHashes;
  2: RowHashes;
  3: CellHashes;
}

/** Whether `tree` has `depth` levels of ids with hashes at the end. */
export function isHashTree<Depth extends keyof HashTrees>(
  tree: unknown,
  depth: Depth,
): tree is HashTrees[Depth] {
  return isHashes(tree, depth);
}

function isHashes(tree: unknown, depth: number): boolean {
  if (depth === 0) return isHash(tree);
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return false;
  return Object.values(tree).every((child) => isHashes(child, depth - 1));
}

export const isContentHashes = (body: unknown): body is [tables: number, values: number] =>
  Array.isArray(body) && body.length === 2 && body.every(isHash);
