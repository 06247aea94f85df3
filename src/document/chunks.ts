import type { CellStamp, SizedStamp } from './cell-stamp.ts';

/** Ids around the stamps of a pack are written once for each pack: they take a third of it at most. */
const MIN_PATHS = 3;

/**
 * Sorts stamps into packs of about `limit` bytes each; a stamp beyond that is alone in one. Where
 * the ids around stamps are long, packs are larger, or the same ids would be written many times.
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

/** What the ids around a stamp take, unless they are around the one before it too. */
function pathCost({ table, row }: CellStamp, before?: CellStamp): number {
  if (before?.table !== table || !before) return (table?.length ?? 0) + row.length + 16;
  return before.row === row ? 0 : row.length + 8;
}
