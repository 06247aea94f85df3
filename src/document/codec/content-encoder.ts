import { DELETED, type EncodedCell } from '../../protocol/stamps.ts';
import type { CellAddress, SizedStamp } from '../cell-stamp.ts';
import type { StampTree } from '../stamp-tree.ts';

/**
 * Writes the live content of the tree without HLCs, as TinyBase's `Content`: `[tables, values]` with
 * cells in wire form. It comes in pieces, and the tree may change between them.
 */
export function* encodeContent(tree: StampTree): Generator<string> {
  yield '[';
  yield* encodeNested(tree.ofTables(), 1, JSON.stringify);
  yield ',';
  yield* encodeNested(tree.ofRow(null, ''), 1, JSON.stringify);
  yield ']';
}

/** The path of a cell or value in a store's plain JSON. */
export const jsonPathOf = ({ table, row, id }: CellAddress): string[] =>
  table === null ? ['values', id] : ['tables', table, row, id];

/**
 * Nests cells or values into one JSON object, a piece for each of them. Stamps of one row, and of
 * one table, have to follow one another. Deletions are left out. `depth` is the number of leading
 * path segments that stay outside the object; `encode` writes a cell or value.
 */
export function* encodeNested(
  stamps: Iterable<SizedStamp>,
  depth: number,
  encode: (cell: EncodedCell) => string,
): Generator<string> {
  let before: string[] | undefined;
  for (const stamp of stamps) {
    if (stamp.cell === DELETED) continue;
    const ids = jsonPathOf(stamp).slice(depth);
    const last = ids.length - 1;
    let shared = 0;
    while (shared < last && ids[shared] === before?.[shared]) shared++;
    let text = before ? `${'}'.repeat(last - shared)},` : '{';
    for (const id of ids.slice(shared, last)) text += `${JSON.stringify(id)}:{`;
    yield `${text}${JSON.stringify(ids[last])}:${encode(stamp.cell)}`;
    before = ids;
  }
  yield before ? '}'.repeat(before.length) : '{}';
}
