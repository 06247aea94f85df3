import type { CellStamp } from '../../document/cell-stamp.ts';
import type { StampTree } from '../../document/stamp-tree.ts';
import { DELETED } from '../../protocol/stamps.ts';
import type { BeforeImages } from './past/before-images.ts';

/**
 * A deletion is large from so many cells and values on, and such a share of all of them. A moment
 * begins with it, so that a restore to its beginning loses nothing else.
 */
const LARGE_DELETION = 40;
const LARGE_SHARE = 0.25;

/** Whether changes delete a large part of a store. */
export function willDeleteMuch(edits: readonly CellStamp[], tree: StampTree): boolean {
  if (edits.length < LARGE_DELETION) return false;
  let deletions = 0;
  for (const edit of edits) {
    if (edit.cell !== DELETED) continue;
    const known = tree.leaf(edit);
    if (known && known.cell !== DELETED && edit.hlc > known.hlc) deletions++;
  }
  return isMuch(deletions, tree.live);
}

/** Whether changes that are merged, one after the other, have deleted a large part of a store. */
export function hasDeletedMuch(images: BeforeImages, tree: StampTree): boolean {
  let deletions = 0;
  for (const { cell, ...address } of images.all()) {
    if (cell !== DELETED && tree.cellAt(address) === DELETED) deletions++;
  }
  return isMuch(deletions, tree.live + deletions);
}

const isMuch = (deletions: number, all: number): boolean =>
  deletions >= LARGE_DELETION && deletions >= all * LARGE_SHARE;
