import { HEARTBEAT_ID } from '../protocol/heartbeat.ts';
import type { CellStamp } from './cell-stamp.ts';
import { nextHlc } from './hlc.ts';
import type { StampTree } from './stamp-tree.ts';

/**
 * The value that tells devices that the server is alive: an ISO 8601 time. Only the server writes
 * it, and it is never stored. After an eviction the room has none until the next beat, or until a
 * device sends one; the room answers that with a later beat.
 */
export const HEARTBEAT = { table: null, row: '', id: HEARTBEAT_ID };

export const isHeartbeat = ({ table, id }: Pick<CellStamp, 'table' | 'id'>): boolean =>
  table === null && id === HEARTBEAT.id;

/** The heartbeat of `now`, with an HLC later than the last one and than `after`. */
export function nextHeartbeat(tree: StampTree, now: number, after: string): CellStamp {
  const known = tree.leaf(HEARTBEAT)?.hlc ?? '';
  const hlc = nextHlc(now, known > after ? known : after);
  return { ...HEARTBEAT, cell: new Date(now).toISOString(), hlc };
}

/** Encodes a heartbeat as a change. Neither its time nor its HLC needs escapes. */
export const heartbeatChange = ({ id, cell, hlc }: CellStamp): string =>
  `[[{}],[{"${id}":["${String(cell)}","${hlc}"]}],1]`;
