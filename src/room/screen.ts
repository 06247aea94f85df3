import type { Config } from '../platform.ts';
import type { StampPath } from '../protocol/notice.ts';
import { clockAllowance, latestHlc, successor } from './clock.ts';
import type { Edit } from './edits.ts';
import { isHeartbeat } from './heartbeat.ts';
import { Quota } from './quota.ts';
import type { Leaf, StampTree } from './stamp-tree.ts';

/** What becomes of the edits of a device. */
export interface Screened {
  accepted: Edit[];
  /** Further ahead of the server's clock than allowed. */
  ahead: Edit[];
  /** The latest HLC that a device has for the heartbeat, where it is not the server's own. */
  heartbeat: string | undefined;
  /** What is held in place of edits that tie with it, under stamps that settle the ties. */
  settled: Edit[];
  /** Whether something was left out because the store is full. */
  full: boolean;
}

/** Sorts what a device sends into what is taken and what is not. Changes nothing. */
export function screen(
  edits: Iterable<Edit>,
  tree: StampTree,
  config: Config,
  now: number,
): Screened {
  const latest = latestHlc(now + clockAllowance(config.MAX_CLOCK_AHEAD_SECONDS) * 1000);
  const quota = new Quota(tree, config.MAX_STORE_BYTES);
  const screened: Screened = {
    accepted: [],
    ahead: [],
    heartbeat: undefined,
    settled: [],
    full: false,
  };
  for (const edit of edits) {
    const known = tree.leaf(edit);
    if (isAhead(edit, latest)) screened.ahead.push(edit);
    else if (isHeartbeat(edit))
      screened.heartbeat = laterHeartbeat(edit, known, screened.heartbeat);
    else if (known && isTie(edit, known)) screened.settled.push(settle(edit, known));
    else if (quota.takes(edit, known)) screened.accepted.push(edit);
    else screened.full = true;
  }
  return screened;
}

const isAhead = ({ hlc, containers }: Edit, latest: string): boolean =>
  hlc > latest || (containers?.some((other) => other > latest) ?? false);

/** What a device has for the heartbeat counts unless the server's own is later, or the same. */
const laterHeartbeat = (edit: Edit, known: Leaf | undefined, found: string | undefined) =>
  known && edit.hlc <= known.hlc ? found : edit.hlc;

/**
 * Whether two devices gave different things the same stamp: both of them default content, or two
 * stores of one id that were written to in the same millisecond.
 */
const isTie = (edit: Edit, known: Leaf): boolean =>
  edit.hlc === known.hlc && edit.thing !== known.thing;

/**
 * TinyBase's clients pass over a stamp that they have already, so each would keep its own thing.
 * What came first stands, under a stamp that is later for all of them.
 */
const settle = (edit: Edit, { thing, hlc }: Leaf): Edit => ({
  ...edit,
  thing,
  hlc: successor(hlc),
});

/** Where an edit belongs, as a notice names it. */
export const pathOf = ({ table, row, id }: Edit): StampPath =>
  table === null ? [id] : [table, row, id];
