import type { RoomStorage } from '../../platform.ts';
import { compactionLimit, historyLimit } from './growth.ts';
import { readCursor, writeCursor } from './log-cursor.ts';
import { checkFormat, type Head, newHead } from './log-head.ts';
import {
  HEAD_KEY,
  invalidKeys,
  type KeyRange,
  partKey,
  partKeys,
  readKey,
  recordKeys,
  recordName,
  snapshotKeys,
  snapshotName,
} from './log-keys.ts';
import { Assembler, type Part, split, storedBytes } from './log-parts.ts';
import { LogStorage } from './log-storage.ts';
import { RecentSizes } from './recent-sizes.ts';
import { readRecords } from './record-reader.ts';

/** Parts of a snapshot that are written in one turn: about 400 kB, or 10 ms. */
const PARTS_PER_TURN = 8;

type Entry = [key: string, value: Part | Head];

/** The content that the records of the log amount to. */
export interface Content {
  /** The approximate size of a snapshot's records in bytes. */
  readonly bytes: number;
  /** Records that amount to the whole content. The content may change while they are read. */
  snapshot(): Iterable<string>;
}

/**
 * An append-only log in room storage with a snapshot of its beginning. Records are texts. They are
 * idempotent and may be replayed more than once, in any order. Their sequence numbers leave no gap.
 *
 * A compaction writes a new snapshot beside the log in several turns, while the log grows. Then it
 * writes the head, which makes the snapshot valid, and removes the old snapshot and the records that
 * the new one covers, except the newest of them. They remain as history for cursors, and a start
 * does not read them. The next compaction begins with their removal, so that they never add to the
 * space that two snapshots take. Each step waits until storage has accepted the one before. After an
 * interruption the next start finds what the head does not make valid, and removes it.
 */
export class Log {
  readonly #storage: LogStorage;
  readonly #content: Content;
  readonly #onFailure: (error: unknown) => void;
  #head = newHead();
  /** An empty log has no stored head, and may get another id at its next start. */
  #isHeadStored = false;
  /** The sequence number of the next record. */
  #sequence = 0;
  /** The number of parts of each record from `first` on with more than one, by name. */
  readonly #parts = new Map<string, number>();
  /** The size of the snapshot, and the bytes of the records that it does not cover. */
  #snapshot = { bytes: 0, records: 0 };
  #recordBytes = 0;
  readonly #recent = new RecentSizes();
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
   * Throws a NewerFormatError.
   */
  async load(replay: (record: string) => void): Promise<void> {
    const head = await this.#storage.get<Head>(HEAD_KEY);
    if (!head) return; // It is written along with the first record.
    checkFormat(head);
    this.#head = head;
    this.#isHeadStored = true;
    this.#sequence = head.first;
    for (const invalid of invalidKeys(head.first, head.kept)) {
      if (await this.#storage.has(invalid)) this.#leftovers.push(invalid);
    }
    await this.#replay(snapshotKeys(head.first), replay);
    await this.#replay(recordKeys(head.first), replay);
    this.#tidy();
  }

  async #replay(range: KeyRange, replay: (record: string) => void): Promise<void> {
    const assembler = new Assembler();
    for await (const page of this.#storage.pages<Part>(range)) {
      for (const [key, part] of page) {
        const record = assembler.add(this.#note(key, part), part);
        if (record !== undefined) replay(record);
      }
    }
  }

  /** Notes a stored part. Returns the name of its record. */
  #note(key: string, part: Part): string {
    const { name, sequence, number } = readKey(key);
    if (part.of > 1) this.#parts.set(name, part.of);
    if (number === undefined) {
      this.#sequence = sequence + 1;
      this.#countRecord(sequence, storedBytes(part));
    } else {
      this.#snapshot.bytes += storedBytes(part);
      this.#snapshot.records = number + 1;
    }
    return name;
  }

  #countRecord(sequence: number, bytes: number): void {
    this.#recordBytes += bytes;
    this.#recent.add(sequence, bytes, this.#historyBytes);
  }

  get #historyBytes(): number {
    return historyLimit(this.#content.bytes);
  }

  /** Appends records, in one write if they fit. Does not wait for the write. */
  append(records: string[]): void {
    const entries: Entry[] = [];
    for (const record of records) {
      const sequence = this.#sequence++;
      this.#countRecord(sequence, this.#addParts(entries, recordName(sequence), record));
    }
    this.#put(entries).catch(this.#onFailure);
    this.#tidy();
  }

  /** The end of the log: the position after the last appended record. */
  get cursor(): string {
    return writeCursor(this.#head.id, this.#sequence);
  }

  /**
   * Reads the records after a cursor, in order, up to the present end. Returns the cursor of that
   * end. Returns undefined, perhaps after some records, if the log does not have all of them: the
   * cursor is malformed, of another log, later than the end or older than the history, or a
   * compaction removes records meanwhile.
   */
  async *recordsAfter(cursor: string): AsyncGenerator<string, string | undefined> {
    const from = readCursor(cursor, this.#head.id);
    const end = this.#sequence;
    if (from === undefined || from < this.#head.kept || from > end) return undefined;
    const isComplete = yield* readRecords(this.#storage, from, end);
    return isComplete ? writeCursor(this.#head.id, end) : undefined;
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

  /** Writes entries, after the head if there is none. */
  #put(entries: Entry[]): Promise<void> {
    if (!this.#isHeadStored) entries.unshift([HEAD_KEY, this.#head]);
    this.#isHeadStored = true;
    return this.#storage.put(entries);
  }

  /** Changes the head when storage has accepted the change. */
  async #putHead(changes: Partial<Head>): Promise<void> {
    const head = { ...this.#head, ...changes };
    await this.#storage.put([[HEAD_KEY, head]]);
    this.#head = head;
  }

  get #isDue(): boolean {
    // No snapshot may replace one with the same keys.
    if (this.#sequence === this.#head.first) return false;
    const { bytes } = this.#snapshot;
    const size = { bytes, contentBytes: this.#head.contentBytes };
    return bytes + this.#recordBytes > compactionLimit(this.#content.bytes, size);
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
    yield* this.#removeHistory();
    const { first: oldFirst } = this.#head;
    const first = this.#sequence;
    const kept = this.#recent.since(this.#historyBytes);
    const coveredBytes = this.#recordBytes;
    const before = this.#content.bytes;
    const size = yield* this.#writeSnapshot(first);
    // The snapshot may hold cells that were never there at the same time.
    const contentBytes = before + this.#recordBytes - coveredBytes;
    await this.#putHead({ first, kept, contentBytes });
    const snapshotRecords = this.#snapshot.records;
    this.#snapshot = size;
    this.#recordBytes -= coveredBytes;
    this.#recent.forgetBefore(first);
    yield;
    yield* this.#storage.remove(this.#coveredKeys(oldFirst, kept, snapshotRecords));
    for (let sequence = kept; sequence < first; sequence++) this.#forget(recordName(sequence));
  }

  async *#removeHistory(): AsyncGenerator<void> {
    const { kept, first } = this.#head;
    if (kept === first) return;
    await this.#putHead({ kept: first });
    yield;
    yield* this.#storage.removeRange(recordKeys(kept, first));
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

  /** The keys of a record whose parts need not be known any more. */
  #forget(name: string): string[] {
    const keys = partKeys(name, this.#parts.get(name) ?? 1);
    this.#parts.delete(name);
    return keys;
  }
}

/** Lets pending events run first. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
