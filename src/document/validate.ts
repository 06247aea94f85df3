import type { StampPath } from '../protocol/notice.ts';
import type { CellStamp } from './cell-stamp.ts';
import { isHeartbeat } from './heartbeat.ts';
import { clockAllowance, latestHlc, successor } from './hlc.ts';
import { Quota } from './quota.ts';
import type { Leaf, StampTree } from './stamp-tree.ts';

/** The settings that bound what is taken in; 0 switches the store's size off. */
export interface Limits {
  MAX_STORE_BYTES: number;
  MAX_CLOCK_AHEAD_SECONDS: number;
}

/** What becomes of the edits of a device. */
export interface Validated {
  accepted: CellStamp[];
  /** Further ahead of the server's clock than allowed. */
  ahead: CellStamp[];
  /** The latest HLC that a device has for the heartbeat, where it is not the server's own. */
  heartbeat: string | undefined;
  /** What is held in place of edits that tie with it, under stamps that settle the ties. */
  settled: CellStamp[];
  /** Whether something was left out because the store is full. */
  full: boolean;
}

/** Sorts what a device sends into what is taken and what is not. Changes nothing. */
export function validate(
  edits: Iterable<CellStamp>,
  tree: StampTree,
  limits: Limits,
  now: number,
): Validated {
  const latest = latestHlc(now + clockAllowance(limits.MAX_CLOCK_AHEAD_SECONDS) * 1000);
  const quota = new Quota(tree, limits.MAX_STORE_BYTES);
  const validated: Validated = {
    accepted: [],
    ahead: [],
    heartbeat: undefined,
    settled: [],
    full: false,
  };
  for (const edit of edits) {
    const known = tree.leaf(edit);
    if (isAhead(edit, latest)) validated.ahead.push(edit);
    else if (isHeartbeat(edit))
      validated.heartbeat = laterHeartbeat(edit, known, validated.heartbeat);
    else if (known && isTie(edit, known)) validated.settled.push(settle(edit, known));
    else if (quota.takes(edit, known)) validated.accepted.push(edit);
    else validated.full = true;
  }
  return validated;
}

const isAhead = ({ hlc, containers }: CellStamp, latest: string): boolean =>
  hlc > latest || (containers?.some((other) => other > latest) ?? false);

/** What a device has for the heartbeat counts unless the server's own is later, or the same. */
const laterHeartbeat = (edit: CellStamp, known: Leaf | undefined, found: string | undefined) =>
  known && edit.hlc <= known.hlc ? found : edit.hlc;

/**
 * Whether two devices gave different cells the same stamp: both of them default content, or two
 * stores of one id that were written to in the same millisecond.
 */
const isTie = (edit: CellStamp, known: Leaf): boolean =>
  edit.hlc === known.hlc && edit.cell !== known.cell;

/**
 * TinyBase's clients pass over a stamp that they have already, so each would keep its own cell.
 * What came first stands, under a stamp that is later for all of them.
 */
const settle = (edit: CellStamp, { cell, hlc }: Leaf): CellStamp => ({
  ...edit,
  cell,
  hlc: successor(hlc),
});

/** Where an edit belongs, as a notice names it. */
export const pathOf = ({ table, row, id }: CellStamp): StampPath =>
  table === null ? [id] : [table, row, id];
