import { type KeyRange, readKey, recordKeys } from './log-keys.ts';
import { Assembler, type Part, storedBytes } from './log-parts.ts';
import type { LogStorage } from './log-storage.ts';

/**
 * Reads the stored records from `from` to `to` (exclusive) in order, page by page. Returns whether
 * it has read them all. It ends at the first record that is missing or lacks a part, because a
 * compaction has removed it meanwhile, or because it was never stored.
 */
export async function* readRecords(
  storage: LogStorage,
  from: number,
  to: number,
): AsyncGenerator<string, boolean> {
  const assembler = new Assembler();
  let next = from;
  let bytes = 0;
  for await (const page of storage.pages<Part>(recordKeys(from, to))) {
    for (const [key, part] of page) {
      const { name, position } = readKey(key);
      if (position !== next) return false;
      bytes += storedBytes(part);
      const record = assembler.add(name, part);
      if (record === undefined) continue;
      yield record;
      next += bytes;
      bytes = 0;
    }
  }
  return next === to;
}

/** Passes all complete records of a range on, in order. */
export async function replayRange(
  storage: LogStorage,
  range: KeyRange,
  replay: (record: string) => void,
): Promise<void> {
  const assembler = new Assembler();
  for await (const page of storage.pages<Part>(range)) {
    for (const [key, part] of page) {
      const record = assembler.add(readKey(key).name, part);
      if (record !== undefined) replay(record);
    }
  }
}
