import type { Content } from './log-content.ts';
import { snapshotName } from './log-keys.ts';
import { addParts, type PartEntry } from './log-parts.ts';

/** Parts of a snapshot that are written in one turn: about 400 kB, or 10 ms. */
const PARTS_PER_TURN = 8;

/**
 * Writes the snapshot of the records before `first`, with one call of `put` in each turn. Returns
 * the bytes of the snapshot.
 */
export async function* writeSnapshot(
  first: number,
  content: Content,
  put: (parts: PartEntry[]) => Promise<void>,
): AsyncGenerator<void, number> {
  let bytes = 0;
  let records = 0;
  let entries: PartEntry[] = [];
  for (const record of content.snapshot()) {
    bytes += addParts(entries, snapshotName(first, records++), record);
    if (entries.length < PARTS_PER_TURN) continue;
    await put(entries);
    yield;
    entries = [];
  }
  await put(entries);
  yield;
  return bytes;
}
