import { DELETED, type Thing } from '../protocol/stamps.ts';
import type { Place } from './place.ts';
import { placeOf } from './plain.ts';
import type { Held, StampTree } from './stamp-tree.ts';
import { isLeafPath, type StorePath } from './store-path.ts';
import { readThing } from './things.ts';

/** The path of a cell or value. */
export const pathOf = ({ table, row, id }: Place): string[] =>
  table === null ? ['values', id] : ['tables', table, row, id];

type WriteThing = (thing: Thing) => string;

/**
 * What the tree holds at a path, as plain JSON: piece by piece, since a full store as objects, or
 * as one text, is more than fits beside the tree. The tree may change between the pieces.
 */
export function* plainText(tree: StampTree, path: StorePath): Generator<string> {
  if (path.length === 0) {
    yield '{"tables":';
    yield* plainText(tree, ['tables']);
    yield ',"values":';
    yield* plainText(tree, ['values']);
    yield '}';
  } else if (isLeafPath(path)) {
    yield writePlain(tree.leaf(placeOf(path))!.thing);
  } else yield* objectText(stampsAt(tree, path), path.length, writePlain);
}

/** The same as `[tables, values]`, with cells and values as they travel: what a persister loads. */
export function* persistedText(tree: StampTree): Generator<string> {
  yield '[';
  yield* objectText(stampsAt(tree, ['tables']), 1, JSON.stringify);
  yield ',';
  yield* objectText(stampsAt(tree, ['values']), 1, JSON.stringify);
  yield ']';
}

const writePlain = (thing: Thing): string => JSON.stringify(readThing(thing));

function stampsAt(tree: StampTree, [kind, table, row]: StorePath): Iterable<Held> {
  if (kind === 'values') return tree.ofRow(null, '');
  if (table === undefined) return tree.ofTables();
  return row === undefined ? tree.ofTable(table) : tree.ofRow(table, row);
}

/** Nests stamps whose paths begin alike; `depth` is how much of them stands outside. */
function* objectText(stamps: Iterable<Held>, depth: number, write: WriteThing): Generator<string> {
  let before: string[] | undefined;
  for (const stamp of stamps) {
    if (stamp.thing === DELETED) continue;
    const ids = pathOf(stamp).slice(depth);
    const last = ids.length - 1;
    let shared = 0;
    while (shared < last && ids[shared] === before?.[shared]) shared++;
    let text = before ? `${'}'.repeat(last - shared)},` : '{';
    for (const id of ids.slice(shared, last)) text += `${JSON.stringify(id)}:{`;
    yield `${text}${JSON.stringify(ids[last])}:${write(stamp.thing)}`;
    before = ids;
  }
  yield before ? '}'.repeat(before.length) : '{}';
}
