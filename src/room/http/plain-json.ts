import type { SizedStamp } from '../../document/cell-stamp.ts';
import { decodeCell } from '../../document/codec/cell-codec.ts';
import { encodeNested } from '../../document/codec/content-encoder.ts';
import type { StampTree } from '../../document/stamp-tree.ts';
import { DELETED, type EncodedCell } from '../../protocol/stamps.ts';
import { type Past, pastStamps } from '../history/past/past.ts';
import { addressOf } from './parsed-content.ts';
import { isLeafPath, type StorePath } from './store-path.ts';

/**
 * Writes the content at a path as plain JSON. It comes in pieces, because a full store does not fit
 * beside the tree, neither as objects nor as one text. The tree may change between the pieces. With
 * `past`, it is the content of that time.
 */
export function* plainJson(tree: StampTree, path: StorePath, past?: Past): Generator<string> {
  if (path.length === 0) {
    yield '{"tables":';
    yield* plainJson(tree, ['tables'], past);
    yield ',"values":';
    yield* plainJson(tree, ['values'], past);
    yield '}';
  } else if (isLeafPath(path)) {
    yield encodePlain(cellAt(tree, path, past));
  } else {
    const stamps = stampsAt(tree, path);
    yield* encodeNested(past ? pastStamps(stamps, past) : stamps, path.length, encodePlain);
  }
}

/** Whether there was content at a path. The store, its tables and its values always exist. */
export function hasPast(tree: StampTree, path: StorePath, past: Past): boolean {
  if (path.length < 2) return true;
  if (isLeafPath(path)) return cellAt(tree, path, past) !== DELETED;
  for (const { cell } of pastStamps(stampsAt(tree, path), past)) {
    if (cell !== DELETED) return true;
  }
  return false;
}

function cellAt(tree: StampTree, path: StorePath, past?: Past): EncodedCell {
  const address = addressOf(path);
  const cell = past?.get(address);
  return cell === undefined ? tree.cellAt(address) : cell;
}

const encodePlain = (cell: EncodedCell): string => JSON.stringify(decodeCell(cell));

function stampsAt(tree: StampTree, [kind, table, row]: StorePath): Iterable<SizedStamp> {
  if (kind === 'values') return tree.ofRow(null, '');
  if (table === undefined) return tree.ofTables();
  return row === undefined ? tree.ofTable(table) : tree.ofRow(table, row);
}
