import { type KeyRange, readKey, recordKeys, snapshotKeys } from './log-keys.ts';
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

/** The last part of the last record of a range, and the position after that record. */
export async function readLastRecord(
  storage: LogStorage,
  range: KeyRange,
): Promise<{ part: Part; end: number } | undefined> {
  const last = await storage.last<Part>(range);
  if (!last) return undefined;
  const [key, part] = last;
  let end = readKey(key).position;
  for await (const page of storage.pages<Part>(recordKeys(end))) {
    for (const stored of page.values()) end += storedBytes(stored);
  }
  return { part, end };
}

/** A record of the log as it was stored. */
export interface StoredRecord {
  text: string;
  /** The position after the record; undefined in a snapshot. */
  end: number | undefined;
  /** See {@link Origin}. */
  at: number | undefined;
  by: string[] | undefined;
}

/** Passes all complete records of a range on, in order. */
export async function replayRange(
  storage: LogStorage,
  range: KeyRange,
  replay: (record: StoredRecord) => void,
): Promise<void> {
  const assembler = new Assembler();
  for await (const page of storage.pages<Part>(range)) {
    for (const record of recordsOn(page, assembler)) replay(record);
  }
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
    for (const { text } of recordsOn(page, assembler)) yield text;
  }
  return true;
}

/** The records that the parts on a page complete. */
function* recordsOn(page: Map<string, Part>, assembler: Assembler): Generator<StoredRecord> {
  for (const [key, part] of page) {
    const { name, position, number } = readKey(key);
    const text = assembler.add(name, part);
    if (text === undefined) continue;
    const end = number === undefined ? position + assembler.bytes : undefined;
    yield { text, end, at: assembler.origin.at, by: assembler.origin.by };
  }
}
