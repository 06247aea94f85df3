import type { MomentHead } from './moment-storage.ts';

/** Decides which moments are merged or removed, without side effects. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/**
 * Moments older than a day take at most as many bytes as the content at its largest within the
 * history, or so many if that is more.
 */
const MIN_BYTES = 1_000_000;

/** All moments together take at most so many times that. */
const MAX_RATIO = 4;

/** Spans that are merged into one moment each while moments take too many bytes. */
const COARSER = [8 * HOUR, DAY, WEEK];
const COARSER_TODAY = [10 * 60_000, HOUR, 8 * HOUR];

/** Bytes of moments that are merged at once: they are read into memory, and stored in one write. */
const MAX_MERGE_BYTES = 4_000_000;

/** Moments that are merged or removed at once. */
const MAX_AT_ONCE = 128;

/** One change of the stored moments. Each leaves the history valid. */
export type Step =
  /** Replaces moments that follow one another by one. */
  | { do: 'merge'; moments: MomentHead[] }
  /** Removes the first moments. */
  | { do: 'remove'; moments: MomentHead[] }
  /** Removes moments that lie within a merged one. */
  | { do: 'removeMerged'; moments: MomentHead[] }
  /** Replaces the only moment by a mark. */
  | { do: 'strip'; moments: [MomentHead] };

/** Moments that ended before this time are too old. `days` is HISTORY_DAYS. */
export const horizonOf = (days: number, now: number): number => now - days * DAY;

/** What to do next with the stored moments, oldest first; undefined if nothing is due. */
export function nextStep(heads: MomentHead[], days: number, now: number): Step | undefined {
  return (
    stray(heads) ?? tooOld(heads, horizonOf(days, now)) ?? usual(heads, now) ?? bound(heads, now)
  );
}

/** Moments before a gap, and those within others, which interruptions have left. */
function stray(heads: MomentHead[]): Step | undefined {
  let reached = heads[0]?.to ?? 0;
  let first = 0;
  const merged: MomentHead[] = [];
  for (const [index, { from, to }] of heads.entries()) {
    if (from > reached) first = index;
    if (index > 0 && from < reached) merged.push(heads[index]!);
    reached = Math.max(reached, to);
  }
  if (first > 0) return { do: 'remove', moments: heads.slice(0, Math.min(first, MAX_AT_ONCE)) };
  return merged.length > 0
    ? { do: 'removeMerged', moments: merged.slice(0, MAX_AT_ONCE) }
    : undefined;
}

function tooOld(heads: MomentHead[], horizon: number): Step | undefined {
  let count = 0;
  while (count < heads.length && heads[count]!.until < horizon) count++;
  // The next start has to find where the history ends.
  const removed = heads.slice(0, Math.min(count, heads.length - 1, MAX_AT_ONCE));
  if (removed.length > 0) return { do: 'remove', moments: removed };
  const [only] = heads;
  return only && count > 0 && only.kind !== 'mark' ? { do: 'strip', moments: [only] } : undefined;
}

/** Merges moments of an hour after a day, and those of a day after a week. */
const usual = (heads: MomentHead[], now: number): Step | undefined =>
  mergeable(heads, ({ since }) => {
    const age = now - since;
    if (age <= DAY) return undefined;
    return age <= WEEK ? HOUR : DAY;
  });

function bound(heads: MomentHead[], now: number): Step | undefined {
  const limit = Math.max(MIN_BYTES, ...heads.map(({ contentBytes }) => contentBytes));
  const yesterday = now - DAY;
  const old = heads.filter(({ until }) => until < yesterday);
  if (bytesOf(old) > limit) return shrink(old, COARSER);
  return bytesOf(heads) > limit * MAX_RATIO ? shrink(heads, COARSER_TODAY) : undefined;
}

function shrink(heads: MomentHead[], spans: number[]): Step | undefined {
  for (const span of spans) {
    const merge = mergeable(heads, () => span);
    if (merge) return merge;
  }
  // The newest moment of all is the mark for the next start, so one remains.
  return heads.length > 1 ? { do: 'remove', moments: heads.slice(0, 1) } : undefined;
}

/**
 * The first moments that are in the same span of time. A span begins anew with a large deletion or a
 * restore, so that the store can still be seen as it was before.
 */
function mergeable(
  heads: MomentHead[],
  spanOf: (head: MomentHead) => number | undefined,
): Step | undefined {
  let group: MomentHead[] = [];
  let bytes = 0;
  for (const head of heads) {
    const joins = group[0] && isOneSpan(group[0], head, spanOf);
    if (joins && bytes + head.bytes <= MAX_MERGE_BYTES && group.length < MAX_AT_ONCE) {
      group.push(head);
      bytes += head.bytes;
      continue;
    }
    if (group.length > 1) break;
    group = [head];
    bytes = head.bytes;
  }
  return group.length > 1 ? { do: 'merge', moments: group } : undefined;
}

function isOneSpan(
  first: MomentHead,
  head: MomentHead,
  spanOf: (head: MomentHead) => number | undefined,
): boolean {
  if (first.kind === 'mark' || head.kind !== 'changes') return false;
  const span = spanOf(first);
  if (span === undefined || span !== spanOf(head)) return false;
  return Math.floor(first.since / span) === Math.floor(head.since / span);
}

const bytesOf = (heads: MomentHead[]): number => heads.reduce((sum, { bytes }) => sum + bytes, 0);
