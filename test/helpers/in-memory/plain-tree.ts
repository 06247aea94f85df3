import { StampTree } from '../../../src/document/stamp-tree.ts';
import { StoreTransaction } from '../../../src/room/http/store-transaction.ts';

export type Json = Record<string, unknown>;

const HLC = 'Nn1JUUV-----7JQY';

/** Creates a tree from `{tables, values}`. */
export function filledTree(content: Json): StampTree {
  const transaction = new StoreTransaction(new StampTree());
  const filled = transaction.replace([], content);
  if (!filled.ok) throw new Error(filled.message);
  const tree = new StampTree();
  for (const write of transaction.writes()) tree.put({ ...write, hlc: HLC });
  return tree;
}
