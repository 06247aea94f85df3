import type { CellStamp, SizedStamp } from './cell-stamp.ts';

/** Every chunk repeats the ids of its tables and rows. They make up at most a third of it. */
const MIN_PATHS = 3;

/**
 * Splits stamps into chunks of about `limit` bytes. A larger stamp gets a chunk of its own. Long
 * ids of tables and rows make chunks larger, because every chunk repeats them.
 */
export function* chunk(stamps: Iterable<SizedStamp>, limit: number): Generator<SizedStamp[]> {
  let waiting: SizedStamp[] = [];
  let bytes = 0;
  let room = limit;
  for (const stamp of stamps) {
    let path = pathCost(stamp, waiting.at(-1));
    if (waiting.length > 0 && bytes + path + stamp.bytes > room) {
      yield waiting;
      waiting = [];
      bytes = 0;
      path = pathCost(stamp);
    }
    if (waiting.length === 0) room = Math.max(limit, path * MIN_PATHS);
    bytes += path + stamp.bytes;
    waiting.push(stamp);
  }
  if (waiting.length > 0) yield waiting;
}

/** Bytes for the ids of a stamp's table and row; 0 if the stamp before has the same. */
function pathCost({ table, row }: CellStamp, before?: CellStamp): number {
  if (before?.table !== table || !before) return (table?.length ?? 0) + row.length + 16;
  return before.row === row ? 0 : row.length + 8;
}
