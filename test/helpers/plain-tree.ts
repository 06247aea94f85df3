import { Draft } from '../../src/room/draft.ts';
import { StampTree } from '../../src/room/stamp-tree.ts';

export type Json = Record<string, unknown>;

const HLC = 'Nn1JUUV-----7JQY';

/** A tree that holds `{tables, values}`. */
export function filledTree(content: Json): StampTree {
  const draft = new Draft(new StampTree());
  const filled = draft.replace([], content);
  if (!filled.ok) throw new Error(filled.message);
  const tree = new StampTree();
  for (const write of draft.writes()) tree.put({ ...write, hlc: HLC });
  return tree;
}
