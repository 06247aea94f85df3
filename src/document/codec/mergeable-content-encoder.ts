import { DELETED } from '../../protocol/stamps.ts';
import { hashMember, hashText } from '../hashes.ts';
import type { Branch, Cells, Hashed, Leaf, Rows, StampTree } from '../stamp-tree.ts';
import { decodeCell } from './cell-codec.ts';

/**
 * Writes one member of a container after the text `open`. Returns its contribution to the
 * container's hash, or undefined if it holds no live cell and nothing was written.
 */
type Write<Member> = (open: string, id: string, member: Member) => Text;
type Text = Generator<string, number | undefined>;

/** The text of a container without members. */
const EMPTY = '[{},"",0]';

/**
 * Writes the live content of the tree for `setMergeableContent`, without tombstones. It comes in pieces,
 * because a full store does not fit beside the tree, neither as objects nor as one text. The tree
 * may change between the pieces. TinyBase trusts the hashes that it is given, so each container has
 * the hash of the text that was written for it.
 */
export function* encodeMergeableContent({ tables, values }: StampTree): Generator<string, void> {
  if ((yield* container('[', tables, writeTable)) === undefined) yield `[${EMPTY}`;
  if ((yield* container(',', values, writeLeaf)) === undefined) yield `,${EMPTY}`;
  yield ']';
}

/** Returns the hash of the text that was written. */
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
  // In TinyBase a new cell replaces one whose hash is 0; a new row or table replaces nothing.
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
