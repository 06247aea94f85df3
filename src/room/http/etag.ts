import { valuesHashWithoutHeartbeat } from '../../document/heartbeat.ts';
import type { StampTree } from '../../document/stamp-tree.ts';
import { type Failure, fail } from '../../protocol/errors.ts';
import { addressOf } from './parsed-content.ts';
import { isLeafPath, type StorePath } from './store-path.ts';

/**
 * The ETag of the content at a path, made of the hashes that synchronizing devices compare. The
 * heartbeat counts only in its own ETag.
 */
export function etagOf(tree: StampTree, path: StorePath): string {
  const [kind, ...ids] = path;
  if (kind === undefined) return etag(tree.tables.hash, valuesHashWithoutHeartbeat(tree));
  if (isLeafPath(path)) return etag(tree.leaf(addressOf(path))?.hash);
  if (kind === 'values') return etag(valuesHashWithoutHeartbeat(tree));
  const [table, row] = ids;
  if (table === undefined) return etag(tree.tables.hash);
  if (row === undefined) return etag(tree.tables.children.get(table)?.hash);
  return etag(tree.row(table, row)?.hash);
}

const etag = (...hashes: (number | undefined)[]): string =>
  `"${hashes.map((hash = 0) => hash.toString(16).padStart(8, '0')).join('')}"`;

/** The preconditions of a request (RFC 9110, section 13). */
export interface Preconditions {
  ifMatch: string | null;
  ifNoneMatch: string | null;
}

export const preconditionsOf = ({ headers }: Request): Preconditions => ({
  ifMatch: headers.get('if-match'),
  ifNoneMatch: headers.get('if-none-match'),
});

/** Refuses a read whose If-Match does not hold. `current` is undefined if there is no content. */
export function refuseUnmatched(
  { ifMatch }: Pick<Preconditions, 'ifMatch'>,
  current: string | undefined,
): Failure | undefined {
  if (ifMatch === null || names(ifMatch, current)) return undefined;
  return fail('precondition_failed', `this is ${current ?? 'absent'} now, not ${ifMatch}`);
}

/**
 * Refuses a change whose preconditions do not hold. `current` is undefined if there is no content.
 */
export function refuseStale(
  { ifMatch, ifNoneMatch }: Preconditions,
  current: string | undefined,
): Failure | undefined {
  const unmatched = refuseUnmatched({ ifMatch }, current);
  if (unmatched) return unmatched;
  if (ifNoneMatch !== null && names(ifNoneMatch, current)) {
    return fail('precondition_failed', `this is ${current} already`);
  }
  return undefined;
}

/** Whether the reader already has this content. */
export const isFresh = ({ ifNoneMatch }: Preconditions, current: string): boolean =>
  ifNoneMatch !== null && names(ifNoneMatch, current);

/** The members of a list of ETags. Their quoted text may contain commas and stars. */
const TAG = /"[^"]*"/g;

/**
 * Proxies that compress mark an ETag as weak. Here a weak ETag counts as strong, for changes too.
 */
const names = (list: string, current: string | undefined): boolean =>
  current !== undefined &&
  (list.trim() === '*' || [...list.matchAll(TAG)].some(([tag]) => tag === current));
