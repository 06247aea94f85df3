import type { StoreExport } from '../protocol/answers.ts';
import type { Branch, StampTree, Things } from './stamp-tree.ts';
import { readThing } from './things.ts';

/** The store as its owner knows it: what is in it, without what was deleted and without stamps. */
export const exportStore = (tree: StampTree): StoreExport => ({
  tables: readBranch(tree.tables, (table) => readBranch(table, readThings)) ?? {},
  values: readThings(tree.values) ?? {},
});

const readThings = (things: Things) => readBranch(things, ({ thing }) => readThing(thing));

/** The children that are something; undefined if none is, as for a row of deleted cells. */
function readBranch<Child>(
  branch: Branch<Child>,
  read: (child: Child) => unknown,
): Record<string, unknown> | undefined {
  const children = Object.create(null) as Record<string, unknown>;
  for (const [id, child] of branch.children) {
    const value = read(child);
    if (value !== undefined) children[id] = value;
  }
  return Object.keys(children).length > 0 ? children : undefined;
}
