import type { SizedStamp } from '../../document/cell-stamp.ts';
import { decodeCell } from '../../document/codec/cell-codec.ts';
import { encodeNested } from '../../document/codec/content-encoder.ts';
import type { StampTree } from '../../document/stamp-tree.ts';
import type { EncodedCell } from '../../protocol/stamps.ts';
import { addressOf } from './parsed-content.ts';
import { isLeafPath, type StorePath } from './store-path.ts';

/**
 * Writes the content at a path as plain JSON. It comes in pieces, because a full store does not fit
 * beside the tree, neither as objects nor as one text. The tree may change between the pieces.
 */
export function* plainJson(tree: StampTree, path: StorePath): Generator<string> {
  if (path.length === 0) {
    yield '{"tables":';
    yield* plainJson(tree, ['tables']);
    yield ',"values":';
    yield* plainJson(tree, ['values']);
    yield '}';
  } else if (isLeafPath(path)) {
    yield encodePlain(tree.leaf(addressOf(path))!.cell);
  } else yield* encodeNested(stampsAt(tree, path), path.length, encodePlain);
}

const encodePlain = (cell: EncodedCell): string => JSON.stringify(decodeCell(cell));

function stampsAt(tree: StampTree, [kind, table, row]: StorePath): Iterable<SizedStamp> {
  if (kind === 'values') return tree.ofRow(null, '');
  if (table === undefined) return tree.ofTables();
  return row === undefined ? tree.ofTable(table) : tree.ofRow(table, row);
}
