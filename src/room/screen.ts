import type { Config } from '../platform.ts';
import type { StampPath } from '../protocol/notice.ts';
import { DELETED } from '../protocol/stamps.ts';
import { utf8Length } from '../protocol/utf8.ts';
import { clockAllowance, latestHlc } from './clock.ts';
import type { Edit } from './edits.ts';
import { jsonOf } from './hash.ts';
import type { StampTree } from './stamp-tree.ts';
import { HEARTBEAT } from './truth.ts';

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

/** How far tombstones may exceed the quota, so that a full store still takes deletions. */
const TOMBSTONE_SHARE = 1.25;

/** Sorts what a device sends into what is taken and what is not. Changes nothing. */
export function screen(edits: Edit[], tree: StampTree, config: Config, now: number): Screened {
  const limit = latestHlc(now + clockAllowance(config.MAX_CLOCK_AHEAD_SECONDS) * 1000);
  const quota = config.MAX_STORE_BYTES || Number.POSITIVE_INFINITY;
  const screened: Screened = {
    accepted: [],
    ahead: [],
    heartbeat: undefined,
    defaults: [],
    full: false,
  };
  let bytes = tree.bytes;
  for (const edit of edits) {
    if (edit.hlc > limit || edit.containers?.some((hlc) => hlc > limit)) {
      screened.ahead.push(edit);
    } else if (edit.table === null && edit.id === HEARTBEAT) {
      const known = tree.leaf(edit)?.hlc;
      if (edit.hlc !== known && edit.hlc >= (known ?? '')) screened.heartbeat = edit.hlc;
    } else {
      const leaf = tree.leaf(edit);
      if (leaf && edit.hlc === '' && leaf.hlc === '' && leaf.thing !== edit.thing) {
        screened.defaults.push(edit);
        continue;
      }
      const growth = leaf && edit.hlc <= leaf.hlc ? 0 : growthOf(edit, leaf?.bytes);
      const room = edit.thing === DELETED ? quota * TOMBSTONE_SHARE : quota;
      if (growth > 0 && bytes + growth > room) {
        screened.full = true;
        continue;
      }
      bytes += growth;
      screened.accepted.push(edit);
    }
  }
  return screened;
}

function growthOf({ thing, id }: Edit, known: number | undefined): number {
  const bytes = utf8Length(jsonOf(thing));
  return known === undefined ? bytes + utf8Length(id) : bytes - known;
}

/** Where an edit belongs, as a notice names it. */
export const pathOf = ({ table, row, id }: Edit): StampPath =>
  table === null ? [id] : [table, row, id];
