import { hashMember } from '../../document/hashes.ts';
import { HEARTBEAT } from '../../document/heartbeat.ts';
import type { StampTree } from '../../document/stamp-tree.ts';
import { type Failure, fail } from '../../protocol/errors.ts';
import { addressOf } from './parsed-content.ts';
import { isLeafPath, type StorePath } from './store-path.ts';

/**
 * The ETag of what is at a path, made of the hashes that synchronizing devices compare. The
 * heartbeat is left out, or nothing with values in it would stay the same for long.
 */
export function etagOf(tree: StampTree, path: StorePath): string {
  const [kind, ...ids] = path;
  if (kind === undefined) return etag(tree.tables.hash, valuesHash(tree));
  if (isLeafPath(path)) return etag(tree.leaf(addressOf(path))?.hash);
  if (kind === 'values') return etag(valuesHash(tree));
  const [table, row] = ids;
  if (table === undefined) return etag(tree.tables.hash);
  if (row === undefined) return etag(tree.tables.children.get(table)?.hash);
  return etag(tree.row(table, row)?.hash);
}

const etag = (...hashes: (number | undefined)[]): string =>
  `"${hashes.map((hash = 0) => hash.toString(16).padStart(8, '0')).join('')}"`;

function valuesHash({ values }: StampTree): number {
  const heartbeat = values.children.get(HEARTBEAT.id);
  if (!heartbeat) return values.hash;
  const member = hashMember(HEARTBEAT.id, 0) ^ hashMember(HEARTBEAT.id, heartbeat.hash);
  return (values.hash ^ member) >>> 0;
}

/** What a request asks for before it is carried out (RFC 9110, section 13). */
export interface Preconditions {
  ifMatch: string | null;
  ifNoneMatch: string | null;
}

export const preconditionsOf = ({ headers }: Request): Preconditions => ({
  ifMatch: headers.get('if-match'),
  ifNoneMatch: headers.get('if-none-match'),
});

/** The refusal of a request that is about another state; `current` is undefined for nothing. */
export function refuseUnmatched(
  { ifMatch }: Pick<Preconditions, 'ifMatch'>,
  current: string | undefined,
): Failure | undefined {
  if (ifMatch === null || names(ifMatch, current)) return undefined;
  return fail('precondition_failed', `this is ${current ?? 'absent'} now, not ${ifMatch}`);
}

/** The refusal of a change whose preconditions do not hold; `current` is undefined for nothing. */
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

/** Whether a reader has what is here already. */
export const isFresh = ({ ifNoneMatch }: Preconditions, current: string): boolean =>
  ifNoneMatch !== null && names(ifNoneMatch, current);

/** What stands in a list of ETags, whose quoted text may hold commas and stars. */
const TAG = /"[^"]*"/g;

/** Proxies that compress mark an ETag as weak; it says the same here, for a change too. */
const names = (list: string, current: string | undefined): boolean =>
  current !== undefined &&
  (list.trim() === '*' || [...list.matchAll(TAG)].some(([tag]) => tag === current));
