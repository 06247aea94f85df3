import type { CellWrite, SizedStamp } from '../../../document/cell-stamp.ts';
import { jsonPathOf } from '../../../document/codec/content-encoder.ts';
import type { StampTree } from '../../../document/stamp-tree.ts';
import { DELETED } from '../../../protocol/stamps.ts';
import type { StorePath } from '../../http/store-path.ts';
import type { PastView } from './past-view.ts';

/** What a past content differs in from the present one. */
export type Past = Pick<PastView, 'get' | 'all'>;

/**
 * The stamps of the present content with the cells and values of the past, DELETED where there was
 * none. Tombstones stay in a tree, so its stamps are all that the past can have had.
 */
export function* pastStamps(present: Iterable<SizedStamp>, past: Past): Generator<SizedStamp> {
  for (const stamp of present) {
    const cell = past.get(stamp);
    // `null` is content.
    yield cell === undefined ? stamp : { ...stamp, cell };
  }
}

/**
 * The writes that bring the past back at a path, for `Document.write`. Deletions come first, because
 * they free space. They are the only way back: devices hold the present content under its HLCs, and
 * would merge it into storage that is rolled back.
 */
export function restoreWrites(tree: StampTree, past: Past, path: StorePath): CellWrite[] {
  const deletions: CellWrite[] = [];
  const others: CellWrite[] = [];
  for (const write of past.all()) {
    if (!isAt(path, write) || tree.cellAt(write) === write.cell) continue;
    (write.cell === DELETED ? deletions : others).push(write);
  }
  return [...deletions, ...others];
}

function isAt(path: StorePath, address: CellWrite): boolean {
  const ids = jsonPathOf(address);
  return path.every((id, index) => id === ids[index]);
}
