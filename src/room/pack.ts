import type { Changes } from '../protocol/stamps.ts';
import { nest } from './edits.ts';
import type { Held } from './stamp-tree.ts';

/** Packs stamps into changes of about `limit` bytes each; a stamp beyond that is alone in one. */
export function* pack(stamps: Iterable<Held>, limit: number): Generator<Changes> {
  let waiting: Held[] = [];
  let bytes = 0;
  let branch = '';
  for (const stamp of stamps) {
    const path = `${stamp.table}\n${stamp.row}`;
    const cost = stamp.bytes + (path === branch ? 0 : path.length + 16);
    if (waiting.length > 0 && bytes + cost > limit) {
      yield nest(waiting);
      waiting = [];
      bytes = 0;
    }
    branch = path;
    bytes += cost;
    waiting.push(stamp);
  }
  if (waiting.length > 0) yield nest(waiting);
}
