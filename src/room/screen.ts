import type { Config } from '../platform.ts';
import type { StampPath } from '../protocol/notice.ts';
import { clockAllowance, latestHlc } from './clock.ts';
import type { Edit } from './edits.ts';
import { isHeartbeat } from './heartbeat.ts';
import { Quota } from './quota.ts';
import type { StampTree } from './stamp-tree.ts';

/** What becomes of the edits of a device. */
export interface Screened {
  accepted: Edit[];
  /** Further ahead of the server's clock than allowed. */
  ahead: Edit[];
  /** The latest HLC that a device has for the heartbeat, where it is not the server's own. */
  heartbeat: string | undefined;
  /** Default content that is different here; the server's stays. */
  defaults: Edit[];
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
    defaults: [],
    full: false,
  };
  for (const edit of edits) {
    if (isAhead(edit, latest)) screened.ahead.push(edit);
    else if (isHeartbeat(edit)) screened.heartbeat = laterHeartbeat(edit, tree, screened.heartbeat);
    else if (isOtherDefault(edit, tree)) screened.defaults.push(edit);
    else if (quota.takes(edit)) screened.accepted.push(edit);
    else screened.full = true;
  }
  return screened;
}

const isAhead = ({ hlc, containers }: Edit, latest: string): boolean =>
  hlc > latest || (containers?.some((other) => other > latest) ?? false);

/** What a device has for the heartbeat counts unless the server's own is later, or the same. */
function laterHeartbeat(edit: Edit, tree: StampTree, found: string | undefined) {
  const known = tree.leaf(edit);
  return known && edit.hlc <= known.hlc ? found : edit.hlc;
}

function isOtherDefault(edit: Edit, tree: StampTree): boolean {
  if (edit.hlc !== '') return false;
  const known = tree.leaf(edit);
  return known !== undefined && known.hlc === '' && known.thing !== edit.thing;
}

/** Where an edit belongs, as a notice names it. */
export const pathOf = ({ table, row, id }: Edit): StampPath =>
  table === null ? [id] : [table, row, id];
