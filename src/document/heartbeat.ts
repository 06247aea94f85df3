import type { CellStamp } from './cell-stamp.ts';
import { nextHlc } from './hlc.ts';
import type { StampTree } from './stamp-tree.ts';

/**
 * The value that tells devices that the server is alive: an ISO 8601 time, dated by the server's
 * clock alone. It is never stored. After an eviction the room knows it again from the next beat,
 * or when a device comes with one, which is answered by a beat that is later still.
 */
export const HEARTBEAT = { table: null, row: '', id: 'heartbeat' };

export const isHeartbeat = ({ table, id }: Pick<CellStamp, 'table' | 'id'>): boolean =>
  table === null && id === HEARTBEAT.id;

/** The heartbeat of `now`, dated later than the last one and than `after`. */
export function nextHeartbeat(tree: StampTree, now: number, after: string): CellStamp {
  const known = tree.leaf(HEARTBEAT)?.hlc ?? '';
  const hlc = nextHlc(now, known > after ? known : after);
  return { ...HEARTBEAT, cell: new Date(now).toISOString(), hlc };
}

/** The change that carries a heartbeat alone, as JSON: neither time nor HLC needs escapes. */
export const heartbeatChange = ({ id, cell, hlc }: CellStamp): string =>
  `[[{}],[{"${id}":["${String(cell)}","${hlc}"]}],1]`;
