import type { StampPath } from '../protocol/notice.ts';
import type { CellAddress, CellStamp, Correction } from './cell-stamp.ts';
import { isHeartbeat } from './heartbeat.ts';
import { clockAllowance, isSuccessor, latestHlc, successor } from './hlc.ts';
import { Quota } from './quota.ts';
import type { Leaf, StampTree } from './stamp-tree.ts';

/** The settings that limit stamps from devices. 0 means no limit of the store's size. */
export interface Limits {
  MAX_STORE_BYTES: number;
  MAX_CLOCK_AHEAD_SECONDS: number;
}

/** What the room remembers of its corrections (refuse.ts). */
export interface RememberedCorrections {
  /**
   * The HLC that the content of a leaf counts as, null for no content; undefined if the leaf is no
   * correction.
   */
  before(address: CellAddress, leaf: Leaf): string | null | undefined;
}

/** The stamps of a device, sorted by how the room treats them. */
export interface Validated {
  accepted: CellStamp[];
  /** Further ahead of the server's clock than allowed. */
  ahead: CellStamp[];
  /** The latest HLC that the device has for the heartbeat, if it is later than the server's. */
  heartbeat: string | undefined;
  /** Stamps that settle ties: the room's content under later HLCs. */
  settled: CellStamp[];
  /** Stamps that are older than a correction and later than what it kept, under later HLCs. */
  restamped: Correction[];
  /** Whether the store is too full for one of the stamps. */
  full: boolean;
}

/**
 * Checks the stamps of a device that may write. Does not change the tree. `corrections` is undefined
 * if the room remembers none.
 */
export function validate(
  edits: Iterable<CellStamp>,
  tree: StampTree,
  limits: Limits,
  now: number,
  corrections?: RememberedCorrections,
): Validated {
  const latest = latestAllowed(limits, now);
  const quota = new Quota(tree, limits.MAX_STORE_BYTES);
  const validated: Validated = {
    accepted: [],
    ahead: [],
    heartbeat: undefined,
    settled: [],
    restamped: [],
    full: false,
  };
  for (const edit of edits) {
    const known = tree.leaf(edit);
    const restamped = corrections && known && restamp(edit, known, corrections);
    if (isAhead(restamped ?? edit, latest)) validated.ahead.push(edit);
    else if (isHeartbeat(edit))
      validated.heartbeat = laterHeartbeat(edit, known, validated.heartbeat);
    else if (known && isTie(edit, known)) validated.settled.push(settle(edit, known));
    else if (!quota.takes(restamped ?? edit, known)) validated.full = true;
    else if (restamped) validated.restamped.push(restamped);
    else validated.accepted.push(edit);
  }
  return validated;
}

/** Sorts after every HLC that a device may send. */
export const latestAllowed = ({ MAX_CLOCK_AHEAD_SECONDS }: Limits, now: number): string =>
  latestHlc(now + clockAllowance(MAX_CLOCK_AHEAD_SECONDS) * 1000);

/** Whether no stamp is further ahead of the server's clock than allowed. */
export function areInTime(edits: CellStamp[], limits: Limits, now: number): boolean {
  const latest = latestAllowed(limits, now);
  return edits.every((edit) => !isAhead(edit, latest));
}

export const isAhead = ({ hlc, containers }: CellStamp, latest: string): boolean =>
  hlc > latest || (containers?.some((other) => other > latest) ?? false);

/**
 * The later of a device's HLC for the heartbeat and `found`, unless the server's own is as late.
 */
export const laterHeartbeat = (
  edit: CellStamp,
  known: Leaf | undefined,
  found: string | undefined,
) => (known && edit.hlc <= known.hlc ? found : edit.hlc);

/**
 * Whether two devices gave different contents the same HLC: both are default content, or two stores
 * with the same id were written in the same millisecond.
 */
export const isTie = (edit: CellStamp, known: Leaf): boolean =>
  edit.hlc === known.hlc && edit.cell !== known.cell;

/**
 * A TinyBase client ignores a stamp whose HLC it has, so each device would keep its own content.
 * The content that came first wins, under an HLC that is later for all of them.
 */
const settle = (edit: CellStamp, { cell, hlc }: Leaf): CellStamp => ({
  ...edit,
  cell,
  hlc: successor(hlc),
});

/**
 * A correction has a late HLC, but its content is not late. An edit that is later than that content
 * wins, under an HLC after the correction; undefined for any other edit.
 */
function restamp(
  edit: CellStamp,
  known: Leaf,
  corrections: RememberedCorrections,
): Correction | undefined {
  // A device may still have an earlier correction, and send it with the rest of the row.
  if (edit.hlc >= known.hlc || isSuccessor(edit.hlc)) return undefined;
  const before = corrections.before(edit, known);
  if (before === undefined || (before !== null && edit.hlc <= before)) return undefined;
  return { ...edit, hlc: successor(known.hlc), before: edit.hlc };
}

/** The stamps that settle the ties of a tree with stamps that came later. */
export const settleTies = (edits: CellStamp[], tree: StampTree): CellStamp[] =>
  edits.flatMap((edit) => {
    const known = tree.leaf(edit);
    return known && isTie(edit, known) ? [settle(edit, known)] : [];
  });

/** The path of a stamp, as a notice names it. */
export const pathOf = ({ table, row, id }: CellStamp): StampPath =>
  table === null ? [id] : [table, row, id];
