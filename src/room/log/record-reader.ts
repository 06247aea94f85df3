import { readKey, recordKeys, snapshotKeys } from './log-keys.ts';
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
  keysPerPage?: number,
): AsyncGenerator<string, boolean> {
  const assembler = new Assembler();
  let next = from;
  let bytes = 0;
  for await (const page of storage.pages<Part>(recordKeys(from, to), keysPerPage)) {
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

/**
 * Reads the records of the snapshot of `first` in order, page by page. Returns whether it has read
 * them all: it ends when `isValid` tells that another snapshot has replaced this one.
 */
export async function* readSnapshot(
  storage: LogStorage,
  first: number,
  isValid: () => boolean,
  keysPerPage?: number,
): AsyncGenerator<string, boolean> {
  const assembler = new Assembler();
  for await (const page of storage.pages<Part>(snapshotKeys(first), keysPerPage)) {
    if (!isValid()) return false;
    for (const [key, part] of page) {
      const record = assembler.add(readKey(key).name, part);
      if (record !== undefined) yield record;
    }
  }
  return true;
}
