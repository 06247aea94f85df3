import type { Edit } from './edits.ts';
import type { Held } from './stamp-tree.ts';

/** Sorts stamps into packs of about `limit` bytes each; a stamp beyond that is alone in one. */
export function* pack(stamps: Iterable<Held>, limit: number): Generator<Held[]> {
  let waiting: Held[] = [];
  let bytes = 0;
  for (const stamp of stamps) {
    const cost = stamp.bytes + pathCost(stamp, waiting.at(-1));
    if (waiting.length > 0 && bytes + cost > limit) {
      yield waiting;
      waiting = [];
      bytes = 0;
    }
    bytes += cost;
    waiting.push(stamp);
  }
  if (waiting.length > 0) yield waiting;
}

/** What the ids around a stamp take, unless they are around the one before it too. */
const pathCost = ({ table, row }: Edit, before: Edit | undefined): number =>
  before && before.row === row && before.table === table
    ? 0
    : (table?.length ?? 0) + row.length + 16;
