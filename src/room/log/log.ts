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

/** Format 1 had the records of snapshots among the others, and all of them as strings. */
export const LOG_FORMAT = 2;

/** Parts of a snapshot that are written in one turn: about 400 kB, which take some 10 ms. */
const PARTS_PER_TURN = 8;

/** How many times its content a log may be, and how many bytes more, before it is compacted. */
const MAX_GROWTH = 1.75;
const MIN_COMPACTION_BYTES = 262_144;

interface Head {
  format: number;
  /** Sequence number of the first record that the snapshot does not cover. */
  first: number;
  /** The most that `Content.bytes` was while the snapshot was taken; missing where there is none. */
  contentBytes?: number;
}

type Entry = [key: string, value: Part | Head];

/** What the records of the log say together. */
export interface Content {
  /** About how many bytes the records of a snapshot have. */
  readonly bytes: number;
  /** Records that together say all of it. It may change while they are taken one by one. */
  snapshot(): Iterable<string>;
}

/** Stored data was written by a later version of TinyHost; nothing of it was touched. */
export class NewerFormatError extends Error {}

/**
 * An append-only log over room storage, and a snapshot of what it said up to some moment. Records
 * are texts; they are idempotent and may be replayed more than once, in any order.
 *
 * A compaction writes a new snapshot beside the log, turn by turn while the log goes on, then the
 * head, which makes the snapshot count, and then removes what the snapshot covers. Each step waits
 * until storage took the one before. Wherever that stops, the next start finds a snapshot that does
 * not count, or records that are covered, and has them removed.
 */
export class Log {
  readonly #storage: LogStorage;
  readonly #content: Content;
  readonly #onFailure: (error: unknown) => void;
  /** What is stored; undefined where that is nothing, or of an older format. */
  #head: Head | undefined;
  #first = 0;
  #sequence = 0;
  /** How many parts records have, by name; those of one part are left out. */
  readonly #parts = new Map<string, number>();
  /** Of the snapshot, and how many bytes the records take that it does not cover. */
  #snapshot = { bytes: 0, records: 0, contentBytes: 0 };
  #recordBytes = 0;
  /** What interruptions have left. */
  #leftovers: KeyRange[] = [];
  #isTidying = false;
  #unawaited: Promise<void> | undefined;
  #stopped = false;

  /** `onFailure` is called when storage refuses a write: not all since then may be stored. */
  constructor(storage: RoomStorage, content: Content, onFailure: (error: unknown) => void) {
    this.#storage = new LogStorage(storage);
    this.#content = content;
    this.#onFailure = onFailure;
  }

  /**
   * Gives every record that counts. Writes nothing, but has removed what interruptions have left.
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

  /** Notes what is stored under a key; gives the name of its record, unless that does not count. */
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

  /** Appends records, in one write as far as they fit in one. Does not wait for it. */
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
   * The work that the log has taken up since it was asked last, if any. An event that waits for it
   * keeps the engine from evicting the room meanwhile. It does not reject.
   */
  takeWork(): Promise<void> | undefined {
    const work = this.#unawaited;
    this.#unawaited = undefined;
    return work;
  }

  /** Gives how many bytes the record will take in storage. */
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

  /** Has the head written before anything else of this format. */
  #put(entries: Entry[]): Promise<void> {
    if (!this.#head) {
      this.#head = { format: LOG_FORMAT, first: this.#first };
      entries.unshift([HEAD_KEY, this.#head]);
    }
    return this.#storage.put(entries);
  }

  get #isDue(): boolean {
    const { bytes, contentBytes } = this.#snapshot;
    // Ids that need many escapes take more than what they count as.
    const estimate = contentBytes > 0 ? Math.max(1, bytes / contentBytes) : 1;
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

  /** Yields after each write, so that the next is left out where the log was stopped meanwhile. */
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
    const contentBytes = Math.max(before, this.#content.bytes);
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

  /** The keys of the records from `from` up to, but without, `to`, and of the snapshot before them. */
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

/** Lets whatever else there is to do go first. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
