import { DELETED, type Thing } from '../protocol/stamps.ts';
import type { StampTree } from './stamp-tree.ts';
import type { Undated } from './truth.ts';

/** Where a cell or value is. */
export type Place = Omit<Undated, 'thing'>;

/** What the tree has at a place: DELETED where nothing ever was, too. */
export function thingAt(tree: StampTree, place: Place): Thing {
  const leaf = tree.leaf(place);
  return leaf ? leaf.thing : DELETED;
}
