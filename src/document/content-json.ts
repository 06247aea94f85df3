import { DELETED } from '../protocol/stamps.ts';
import { decodeCell } from './cell-codec.ts';
import { hashMember, hashText } from './hashes.ts';
import type { Branch, Cells, Hashed, Leaf, Rows, StampTree } from './stamp-tree.ts';

/**
 * Writes one member of a container; `open` is what goes before it. Gives what it adds to the hash
 * of the container, or undefined where nothing of it is live, and nothing was written.
 */
type Write<Member> = (open: string, id: string, member: Member) => Text;
type Text = Generator<string, number | undefined>;

/** How a container without members is written. */
const EMPTY = '[{},"",0]';

/**
 * What the tree holds, without tombstones, as the JSON of what `setMergeableContent` takes: piece
 * by piece, since a full store as objects, or as one text, is more than fits beside the tree. The
 * tree may change between the pieces. TinyBase takes hashes as they come, so those of containers
 * are of what was written, whatever the tree holds by then.
 */
export function* contentJson({ tables, values }: StampTree): Generator<string, void> {
  if ((yield* container('[', tables, writeTable)) === undefined) yield `[${EMPTY}`;
  if ((yield* container(',', values, writeLeaf)) === undefined) yield `,${EMPTY}`;
  yield ']';
}

/** Gives the hash of what was written. */
function* container<Member extends Hashed>(
  open: string,
  { children, hlc }: Branch<Member>,
  write: Write<Member>,
): Text {
  const first = `${open}[{`;
  let next = first;
  let sum = 0;
  for (const [id, member] of children) {
    const added = yield* write(next, id, member);
    if (added === undefined) continue;
    sum ^= added;
    next = ',';
  }
  if (next === first) return undefined;
  const hash = (sum ^ (hlc ? hashText(hlc) : 0)) >>> 0;
  yield `},"${hlc}",${hash}]`;
  return hash;
}

function* writeLeaf(open: string, id: string, { cell, hlc, hash }: Leaf): Text {
  if (cell === DELETED) return undefined;
  yield `${open}${JSON.stringify(id)}:[${JSON.stringify(decodeCell(cell))},"${hlc}",${hash}]`;
  // In TinyBase a new cell replaces one with the hash 0, a new row or table replaces nothing.
  return hashMember(id, 0) ^ hashMember(id, hash);
}

function* writeRow(open: string, id: string, row: Cells): Text {
  return added(id, yield* container(`${open}${JSON.stringify(id)}:`, row, writeLeaf));
}

function* writeTable(open: string, id: string, table: Rows): Text {
  return added(id, yield* container(`${open}${JSON.stringify(id)}:`, table, writeRow));
}

const added = (id: string, hash: number | undefined): number | undefined =>
  hash === undefined ? undefined : hashMember(id, hash);
