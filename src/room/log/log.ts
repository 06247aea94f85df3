import type { RoomStorage } from '../../platform.ts';
import { StepwiseWork } from '../stepwise-work.ts';
import { compactionLimit, isMuchChange, keptLimit } from './growth.ts';
import type { Content } from './log-content.ts';
import { readCursor, writeCursor } from './log-cursor.ts';
import { checkFormat, type Head, LOG_FORMAT, newHead } from './log-head.ts';
import {
  HEAD_KEY,
  invalidKeys,
  type KeyRange,
  recordKeys,
  recordName,
  snapshotKeys,
} from './log-keys.ts';
import { addParts, hashOf, NO_RECORD, type Part, type PartEntry } from './log-parts.ts';
import { LogStorage } from './log-storage.ts';
import {
  readLastRecord,
  readRecords,
  readSnapshot,
  replayRange,
  type StoredRecord,
} from './record-reader.ts';
import { writeSnapshot } from './snapshot-writer.ts';

/** Keys that are read at once for a copy. Many devices may read copies at the same time. */
const KEYS_PER_COPY_PAGE = 8;

type Entry = PartEntry | [key: string, head: Head];

/**
 * An append-only log in room storage with a snapshot of its beginning. Records are texts. They are
 * idempotent and may be replayed more than once, in any order. The position of a record is the sum
 * of the bytes of all records before it.
 *
 * A compaction writes a new snapshot beside the log in several turns, while the log grows. Then it
 * writes the head, which makes the snapshot valid, and removes the old snapshot and the records that
 * the new one covers, except the newest of them. They remain for cursors, and a start
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
  /** The position of the next record. */
  #end = 0;
  /** The hash of the record before it, or the last part of that record, not hashed yet. */
  #endHash: string | Part = NO_RECORD;
  /** Until the content is read, nothing is compacted. */
  #isLoaded = false;
  /** Keys that interruptions have left. */
  #leftovers: KeyRange[] = [];
  readonly #tidying: StepwiseWork;

  /** `onFailure` is called when storage refuses a write. Later records may be lost too. */
  constructor(storage: RoomStorage, content: Content, onFailure: (error: unknown) => void) {
    this.#storage = new LogStorage(storage);
    this.#content = content;
    this.#onFailure = onFailure;
    this.#tidying = new StepwiseWork(onFailure);
  }

  /**
   * Reads where the log begins and ends, at a cost that does not depend on its size. Then records
   * may be appended, and read after a cursor. Throws a NewerFormatError.
   */
  async open(): Promise<void> {
    const head = await this.#storage.get<Head>(HEAD_KEY);
    if (!head) return; // It is written along with the first record.
    checkFormat(head);
    this.#head = { ...head, format: LOG_FORMAT };
    // An earlier version would leave gaps in the history.
    this.#isHeadStored = head.format === LOG_FORMAT;
    const last = await readLastRecord(this.#storage, recordKeys(head.first));
    this.#end = last?.end ?? head.first;
    this.#endHash = last?.part ?? head.hash;
  }

  /**
   * Replays the snapshot and the records after it, up to the end at the time of the call. Starts to
   * remove what interruptions have left.
   */
  async load(replay: (record: StoredRecord) => void): Promise<void> {
    const { first, kept } = this.#head;
    const end = this.#end;
    for (const invalid of invalidKeys(first, kept)) {
      if (await this.#storage.has(invalid)) this.#leftovers.push(invalid);
    }
    await replayRange(this.#storage, snapshotKeys(first), replay);
    await replayRange(this.#storage, recordKeys(first, end), replay);
    this.#isLoaded = true;
    const head = this.#sizeToNote();
    // The size is only an estimate, so nothing is lost if it is not stored.
    if (head.length > 0) this.#put(head).catch(() => undefined);
    this.#tidy();
  }

  /**
   * Appends records of the present time and of some authors, in one write if they fit. Does not wait
   * for the write.
   */
  append(records: string[], by: string[] = []): void {
    const origin = by.length > 0 ? { at: Date.now(), by } : { at: Date.now() };
    const entries: PartEntry[] = [];
    for (const record of records) {
      this.#end += addParts(entries, recordName(this.#end), record, origin);
    }
    this.#endHash = entries.at(-1)?.[1] ?? this.#endHash;
    this.#put([...this.#sizeToNote(), ...entries]).catch(this.#onFailure);
    this.#tidy();
  }

  /** The head with the size of the content, if that has changed much. A compaction notes it too. */
  #sizeToNote(): Entry[] {
    const { bytes } = this.#content;
    const isKnown = !this.#isLoaded || !isMuchChange(this.#head.recentBytes, bytes);
    if (isKnown || this.#tidying.isRunning) return [];
    this.#head = { ...this.#head, recentBytes: bytes };
    return [[HEAD_KEY, this.#head]];
  }

  /** The end of the log: the position after the last appended record. */
  get cursor(): string {
    return writeCursor(this.#head.id, { position: this.#end, hash: this.#hashAtEnd() });
  }

  #hashAtEnd(): string {
    if (typeof this.#endHash !== 'string') this.#endHash = hashOf(this.#endHash);
    return this.#endHash;
  }

  /** The position after the records that the snapshot covers. */
  get first(): number {
    return this.#head.first;
  }

  /** The position after the last record. */
  get end(): number {
    return this.#end;
  }

  /** Bytes of the snapshot and of the records after it. */
  get bytes(): number {
    return this.#head.snapshotBytes + this.#end - this.#head.first;
  }

  /** Whether the log is so long that the content should be read, so that it can be compacted. */
  get isLong(): boolean {
    return this.#isLongFor(this.#head.recentBytes);
  }

  /**
   * Reads the records after a cursor, in order, up to the present end. Returns the cursor of that
   * end. Returns undefined, perhaps after some records, if the log does not have all of them: the
   * cursor is malformed, of another log, of a part of the log that was lost, later than the end or
   * older than the kept records, or a compaction removes records meanwhile.
   */
  async *recordsAfter(cursor: string): AsyncGenerator<string, string | undefined> {
    const from = readCursor(cursor, this.#head.id);
    const reached = this.cursor;
    const end = this.#end;
    if (!from || from.position < this.#head.kept || from.position > end) return undefined;
    if ((await this.#hashBefore(from.position)) !== from.hash) return undefined;
    const isComplete = yield* readRecords(this.#storage, from.position, end);
    return isComplete ? reached : undefined;
  }

  /** The hash of the record that ends at a position; undefined if it is not there any more. */
  async #hashBefore(position: number): Promise<string | undefined> {
    const { first, hash, kept } = this.#head;
    if (position === 0) return NO_RECORD;
    if (position === this.#end) return this.#hashAtEnd();
    if (position === first) return hash;
    const before = await this.#storage.last<Part>(recordKeys(kept, position));
    return before && hashOf(before[1]);
  }

  /**
   * Reads the snapshot and the records after it, in order, up to the present end. Returns the cursor
   * of that end; undefined, perhaps after some records, if a compaction removes records meanwhile.
   */
  async *copy(): AsyncGenerator<string, string | undefined> {
    const { first } = this.#head;
    const reached = this.cursor;
    const end = this.#end;
    const isValid = () => this.#head.first === first;
    if (!(yield* readSnapshot(this.#storage, first, isValid, KEYS_PER_COPY_PAGE))) return undefined;
    const isComplete = yield* readRecords(this.#storage, first, end, KEYS_PER_COPY_PAGE);
    return isComplete ? reached : undefined;
  }

  /** From now on nothing is written. */
  stop(): void {
    this.#tidying.stop();
  }

  /**
   * The work on the log since the last call, if any. The engine does not evict the room while an
   * event waits for it. The promise never rejects.
   */
  takeWork(): Promise<void> | undefined {
    return this.#tidying.takeWork();
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
    return this.#end > this.#head.first && this.#isLongFor(this.#content.bytes);
  }

  #isLongFor(contentBytes: number): boolean {
    return this.bytes > compactionLimit(contentBytes, this.#head);
  }

  #tidy(): void {
    if (this.#tidying.isRunning || !this.#isLoaded) return;
    if (this.#leftovers.length === 0 && !this.#isDue) return;
    this.#tidying.start(this.#steps());
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
    yield* this.#removeKept();
    const { first: oldFirst } = this.#head;
    const first = this.#end;
    const hash = this.#hashAtEnd();
    const kept = Math.max(oldFirst, first - keptLimit(this.#content.bytes));
    const before = this.#content.bytes;
    const snapshotBytes = yield* writeSnapshot(first, this.#content, (parts) => this.#put(parts));
    // The snapshot may hold cells that were never there at the same time.
    const contentBytes = before + this.#end - first;
    this.#content.willBeCovered();
    await this.#putHead({
      ...{ first, hash, kept, snapshotBytes, contentBytes },
      recentBytes: this.#content.bytes,
    });
    yield;
    yield* this.#storage.removeRange(snapshotKeys(oldFirst));
    yield* this.#storage.removeRange(recordKeys(oldFirst, kept));
  }

  async *#removeKept(): AsyncGenerator<void> {
    const { kept, first } = this.#head;
    if (kept === first) return;
    await this.#putHead({ kept: first });
    yield;
    yield* this.#storage.removeRange(recordKeys(kept, first));
  }
}
