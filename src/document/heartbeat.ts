import { fail } from '../protocol/errors.ts';
import { HEARTBEAT_ID } from '../protocol/heartbeat.ts';
import type { CellAddress, CellStamp, SizedStamp } from './cell-stamp.ts';
import { hashMember } from './hashes.ts';
import { nextHlc } from './hlc.ts';
import type { StampTree } from './stamp-tree.ts';

/**
 * The value that tells devices that the server is alive: an ISO 8601 time. Only the server writes
 * it, and it is never stored. After an eviction the room has none until the next beat, or until a
 * device sends one; the room answers that with a later beat.
 */
const HEARTBEAT: CellAddress = { table: null, row: '', id: HEARTBEAT_ID };

export const isHeartbeat = ({ table, id }: Pick<CellAddress, 'table' | 'id'>): boolean =>
  table === null && id === HEARTBEAT_ID;

/** The refusal of a client's write to the heartbeat. */
export const HEARTBEAT_READ_ONLY = fail(
  'forbidden',
  'the heartbeat is written by the server alone',
);

/** The heartbeat of `now`, with an HLC later than the last one and than `after`. */
export function nextHeartbeat(tree: StampTree, now: number, after: string): CellStamp {
  const known = tree.leaf(HEARTBEAT)?.hlc ?? '';
  const hlc = nextHlc(now, known > after ? known : after);
  return { ...HEARTBEAT, cell: new Date(now).toISOString(), hlc };
}

/** The stamp of the present heartbeat, if there is one. */
export function heartbeatOf(tree: StampTree): SizedStamp | undefined {
  const leaf = tree.leaf(HEARTBEAT);
  return leaf && tree.hold(null, '', HEARTBEAT_ID, leaf);
}

/** Every stamp of a tree that is stored. */
export function* stampsWithoutHeartbeat(tree: StampTree): Generator<SizedStamp> {
  for (const stamp of tree.all()) if (!isHeartbeat(stamp)) yield stamp;
}

/** The hash that the values would have without the heartbeat, which changes every few seconds. */
export function valuesHashWithoutHeartbeat({ values }: StampTree): number {
  const heartbeat = values.children.get(HEARTBEAT_ID);
  if (!heartbeat) return values.hash;
  const member = hashMember(HEARTBEAT_ID, 0) ^ hashMember(HEARTBEAT_ID, heartbeat.hash);
  return (values.hash ^ member) >>> 0;
}

/** The JSON of values in which the heartbeat is undefined, for comparisons. */
export const valuesWithoutHeartbeat = (values: object): object => ({
  ...values,
  [HEARTBEAT_ID]: undefined,
});

/** Whether the tree holds nothing except perhaps the heartbeat. Deletions count as content. */
export const isEmptyWithoutHeartbeat = ({ tables, values }: StampTree): boolean =>
  tables.children.size === 0 &&
  values.children.size === (values.children.has(HEARTBEAT_ID) ? 1 : 0);
