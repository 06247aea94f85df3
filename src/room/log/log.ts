import type { RoomStorage } from '../../platform.ts';
import {
  HEAD_KEY,
  type KeyRange,
  keysBefore,
  keysFrom,
  partKey,
  partKeys,
  readKey,
  recordName,
  snapshotKeys,
  snapshotName,
} from './log-keys.ts';
import { Assembler, type Part, split, storedBytes } from './log-parts.ts';
import { LogStorage } from './log-storage.ts';

/** Format 1 stored the records of snapshots among the others, and all records as strings. */
export const LOG_FORMAT = 2;

/** Parts of a snapshot that are written in one turn: about 400 kB, or 10 ms. */
const PARTS_PER_TURN = 8;

/** A log is compacted if it is larger than so many times its content plus so many bytes. */
const MAX_GROWTH = 1.75;
const MIN_COMPACTION_BYTES = 262_144;

/** Bytes of a snapshot, at least, that no content accounts for. */
const SNAPSHOT_OVERHEAD = 4096;

interface Head {
  format: number;
  /** Sequence number of the first record that the snapshot does not cover. */
  first: number;
  /** `Content.bytes` of all that the snapshot may hold; missing if there is none. */
  contentBytes?: number;
}

type Entry = [key: string, value: Part | Head];

/** The content that the records of the log amount to. */
export interface Content {
  /** The approximate size of a snapshot's records in bytes. */
  readonly bytes: number;
  /** Records that amount to the whole content. The content may change while they are read. */
  snapshot(): Iterable<string>;
}

/** Stored data was written by a later version of TinyHost; nothing of it was touched. */
export class NewerFormatError extends Error {}

/**
 * An append-only log in room storage with a snapshot of its beginning. Records are texts. They are
 * idempotent and may be replayed more than once, in any order.
 *
 * A compaction writes a new snapshot beside the log in several turns, while the log grows. Then it
 * writes the head, which makes the snapshot valid, and removes the records that the snapshot
 * covers. Each step waits until storage has accepted the one before. After an interruption the next
 * start finds an invalid snapshot, or covered records, and removes them.
 */
export class Log {
  readonly #storage: LogStorage;
  readonly #content: Content;
  readonly #onFailure: (error: unknown) => void;
  /** The stored head; undefined if there is none, or one of an older format. */
  #head: Head | undefined;
  #first = 0;
  #sequence = 0;
  /** The number of parts of each record with more than one, by name. */
  readonly #parts = new Map<string, number>();
  /** The size of the snapshot, and the bytes of the records that it does not cover. */
  #snapshot = { bytes: 0, records: 0, contentBytes: 0 };
  #recordBytes = 0;
  /** Keys that interruptions have left. */
  #leftovers: KeyRange[] = [];
  #isTidying = false;
  #unawaited: Promise<void> | undefined;
  #stopped = false;

  /** `onFailure` is called when storage refuses a write. Later records may be lost too. */
  constructor(storage: RoomStorage, content: Content, onFailure: (error: unknown) => void) {
    this.#storage = new LogStorage(storage);
    this.#content = content;
    this.#onFailure = onFailure;
  }

  /**
   * Replays the snapshot and all records after it. Starts to remove what interruptions have left.
   * Throws {@link NewerFormatError}.
   */
  async load(replay: (record: string) => void): Promise<void> {
    const head = await this.#storage.get<Head>(HEAD_KEY);
    if (!head) return; // It is written along with the first record.
    if (head.format > LOG_FORMAT) {
      throw new NewerFormatError(`stored format ${head.format} is newer than ${LOG_FORMAT}`);
    }
    if (head.format === LOG_FORMAT) this.#head = head;
    this.#first = this.#sequence = head.first;
    this.#snapshot.contentBytes = head.contentBytes ?? 0;
    const covered = keysBefore(head.first);
    if (await this.#storage.has(covered)) this.#leftovers.push(covered);
    const assembler = new Assembler();
    for await (const page of this.#storage.pages<Part>(keysFrom(head.first))) {
      for (const [key, part] of page) {
        const name = this.#note(key, part);
        const record = name && assembler.add(name, part);
        if (record !== undefined) replay(record);
      }
    }
    this.#tidy();
  }

  /** Notes a stored part. Returns the name of its record; undefined if the record is not valid. */
  #note(key: string, part: Part): string | undefined {
    const { name, sequence, number } = readKey(key);
    this.#sequence = Math.max(this.#sequence, sequence + 1);
    if (number !== undefined && sequence !== this.#first) {
      const unfinished = snapshotKeys(sequence);
      if (this.#leftovers.at(-1)?.start !== unfinished.start) this.#leftovers.push(unfinished);
      return undefined;
    }
    if (part.of > 1) this.#parts.set(name, part.of);
    if (number === undefined) this.#recordBytes += storedBytes(part);
    else {
      this.#snapshot.bytes += storedBytes(part);
      this.#snapshot.records = number + 1;
    }
    return name;
  }

  /** Appends records, in one write if they fit. Does not wait for the write. */
  append(records: string[]): void {
    const entries: Entry[] = [];
    for (const record of records) {
      this.#recordBytes += this.#addParts(entries, recordName(this.#sequence++), record);
    }
    this.#put(entries).catch(this.#onFailure);
    this.#tidy();
  }

  /** From now on nothing is written. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * The work on the log since the last call, if any. The engine does not evict the room while an
   * event waits for it. The promise never rejects.
   */
  takeWork(): Promise<void> | undefined {
    const work = this.#unawaited;
    this.#unawaited = undefined;
    return work;
  }

  /** Adds the parts of a record. Returns its bytes in storage. */
  #addParts(entries: Entry[], name: string, record: string): number {
    const parts = split(record);
    if (parts.length > 1) this.#parts.set(name, parts.length);
    let bytes = 0;
    for (const [index, part] of parts.entries()) {
      entries.push([partKey(name, index), part]);
      bytes += storedBytes(part);
    }
    return bytes;
  }

  /** Writes entries, after the head if it is missing or of an older format. */
  #put(entries: Entry[]): Promise<void> {
    if (!this.#head) {
      this.#head = { format: LOG_FORMAT, first: this.#first };
      entries.unshift([HEAD_KEY, this.#head]);
    }
    return this.#storage.put(entries);
  }

  get #isDue(): boolean {
    const { bytes, contentBytes } = this.#snapshot;
    // Escapes in ids make a snapshot larger than `Content.bytes`. Small ones are mostly overhead.
    const estimate = Math.max(1, bytes / (contentBytes + SNAPSHOT_OVERHEAD));
    const limit = this.#content.bytes * estimate * MAX_GROWTH + MIN_COMPACTION_BYTES;
    return bytes + this.#recordBytes > limit;
  }

  #tidy(): void {
    if (this.#isTidying || this.#stopped) return;
    if (this.#leftovers.length === 0 && !this.#isDue) return;
    this.#isTidying = true;
    this.#unawaited = this.#run().catch(this.#onFailure);
  }

  async #run(): Promise<void> {
    try {
      await nextTurn();
      if (this.#stopped) return;
      for await (const _ of this.#steps()) {
        await nextTurn();
        if (this.#stopped) return;
      }
    } finally {
      this.#isTidying = false;
    }
  }

  /** Yields after each write, so that `stop` prevents the next one. */
  async *#steps(): AsyncGenerator<void> {
    for (let range = this.#leftovers[0]; range; range = this.#leftovers[0]) {
      yield* this.#storage.removeRange(range);
      this.#leftovers.shift();
    }
    while (this.#isDue) yield* this.#compact();
  }

  async *#compact(): AsyncGenerator<void> {
    const first = this.#sequence++;
    const coveredBytes = this.#recordBytes;
    const before = this.#content.bytes;
    const size = yield* this.#writeSnapshot(first);
    // The snapshot may hold cells that were never there at the same time.
    const contentBytes = before + this.#recordBytes - coveredBytes;
    this.#head = { format: LOG_FORMAT, first, contentBytes };
    await this.#put([[HEAD_KEY, this.#head]]);
    const covered = this.#coveredKeys(this.#first, first, this.#snapshot.records);
    this.#first = first;
    this.#snapshot = { ...size, contentBytes };
    this.#recordBytes -= coveredBytes;
    yield;
    yield* this.#storage.remove(covered);
  }

  async *#writeSnapshot(first: number): AsyncGenerator<void, { bytes: number; records: number }> {
    let bytes = 0;
    let records = 0;
    let entries: Entry[] = [];
    for (const record of this.#content.snapshot()) {
      bytes += this.#addParts(entries, snapshotName(first, records++), record);
      if (entries.length < PARTS_PER_TURN) continue;
      await this.#put(entries);
      yield;
      entries = [];
    }
    await this.#put(entries);
    yield;
    return { bytes, records };
  }

  /** The keys of the records from `from` to `to` (exclusive), and of the snapshot before them. */
  *#coveredKeys(from: number, to: number, snapshotRecords: number): Generator<string> {
    for (let number = 0; number < snapshotRecords; number++) {
      yield* this.#forget(snapshotName(from, number));
    }
    for (let sequence = from; sequence < to; sequence++) yield* this.#forget(recordName(sequence));
  }

  #forget(name: string): string[] {
    const keys = partKeys(name, this.#parts.get(name) ?? 1);
    this.#parts.delete(name);
    return keys;
  }
}

/** Lets pending events run first. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
