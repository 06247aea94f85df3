import { DELETED } from '../protocol/stamps.ts';
import type { CellStamp, Correction } from './cell-stamp.ts';
import { isHeartbeat } from './heartbeat.ts';
import { successor } from './hlc.ts';
import { Quota, TOMBSTONE_SHARE } from './quota.ts';
import type { Leaf, StampTree } from './stamp-tree.ts';
import { isAhead, isTie, type Limits, laterHeartbeat, latestAllowed } from './validate.ts';

/** The stamps of a device that may not write, sorted by how the room treats them. */
export interface Refused {
  /** Further ahead of the server's clock than allowed. They are refused when their time comes. */
  ahead: CellStamp[];
  /** The latest HLC that the device has for the heartbeat, if it is later than the server's. */
  heartbeat: string | undefined;
  /** The stamps that the room would have taken in from an editor. */
  refused: CellStamp[];
  /** The room's content for them, under later HLCs. */
  corrections: Correction[];
  /** The room's stamps, with later HLCs of the containers around them. */
  dated: CellStamp[];
  /** Bytes of the corrections that are tombstones of cells that the room never had. */
  spent: number;
  /** Whether further such tombstones would exceed `allowance`. */
  isOver: boolean;
}

/**
 * Sorts the stamps of a device that may not write. A TinyBase client keeps what it has unless it
 * gets a later stamp, so the room answers with its own content under an HLC just after that of the
 * refused stamp. Stamps that are older than the content need no answer. `allowance` limits the bytes
 * of new tombstones. Does not change the tree.
 */
export function refuse(
  edits: Iterable<CellStamp>,
  tree: StampTree,
  limits: Limits,
  now: number,
  allowance: number,
): Refused {
  const latest = latestAllowed(limits, now);
  const tombstones = new Tombstones(tree, limits, allowance);
  const ahead: CellStamp[] = [];
  const refused: CellStamp[] = [];
  const corrections: Correction[] = [];
  const dated: CellStamp[] = [];
  let heartbeat: string | undefined;
  for (const edit of edits) {
    const known = tree.leaf(edit);
    // Nor may the answer be so far ahead that devices drop it.
    if (isAhead(edit, latest) || successor(edit.hlc) > latest) ahead.push(edit);
    else if (isHeartbeat(edit)) heartbeat = laterHeartbeat(edit, known, heartbeat);
    else if (known && !isNews(edit, known)) {
      if (edit.containers) dated.push({ ...edit, cell: known.cell, hlc: known.hlc });
    } else {
      refused.push(edit);
      const correction = correct(edit, known);
      if (known || tombstones.takes(correction)) corrections.push(correction);
    }
  }
  const { spent, isOver } = tombstones;
  return { ahead, heartbeat, refused, corrections, dated, spent, isOver };
}

const isNews = (edit: CellStamp, known: Leaf): boolean =>
  edit.hlc > known.hlc || isTie(edit, known);

const correct = (edit: CellStamp, known: Leaf | undefined): Correction => ({
  ...edit,
  cell: known ? known.cell : DELETED,
  hlc: successor(edit.hlc),
  before: known ? known.hlc : null,
});

/** Counts the tombstones of cells that the room never had. It has to keep them. */
class Tombstones {
  spent = 0;
  isOver = false;
  readonly #counted: Quota;
  readonly #before: number;
  readonly #limit: number;

  constructor(tree: StampTree, { MAX_STORE_BYTES }: Limits, allowance: number) {
    this.#counted = new Quota(tree, Number.MAX_SAFE_INTEGER);
    this.#before = tree.bytes;
    const left = MAX_STORE_BYTES * TOMBSTONE_SHARE - tree.bytes;
    this.#limit = MAX_STORE_BYTES > 0 ? Math.min(allowance, left) : allowance;
  }

  takes(tombstone: CellStamp): boolean {
    this.#counted.takes(tombstone, undefined);
    const bytes = this.#counted.bytes - this.#before;
    if (bytes <= this.#limit) this.spent = bytes;
    else this.isOver = true;
    return !this.isOver;
  }
}
