import type { RoomStorage } from '../platform.ts';

/**
 * An append-only log of texts over room storage. Texts are idempotent and may be replayed more
 * than once, so a snapshot is only some more texts at the end, after which all before them may go.
 *
 *     log:<sequence>.<part>   one part of one text
 *     log-head                which format this is, and where the living log begins
 *
 * Whatever a crash leaves is safe: an unfinished text is ignored, an unfinished snapshot is a log
 * that says some things twice, an unfinished removal lies before the beginning.
 */

const HEAD = 'log-head';
const PREFIX = 'log:';
const END = 'log;';

export const LOG_FORMAT = 1;

/** Characters per value: at most two bytes each, so 112 kB; PartyKit's limit is 128 KiB. */
const PART_LENGTH = 56_000;

/** Room storage takes and gives this many keys in one call. */
const KEYS_PER_CALL = 128;

/** Characters that are added to a log before it is compacted for the first time. */
const MIN_COMPACTION_LENGTH = 262_144;

/** Texts of a snapshot that are written along with one append. */
const SNAPSHOT_TEXTS_PER_APPEND = 24;

interface Head {
  format: number;
  /** Sequence number of the first living text. */
  first: number;
  /** Characters of the snapshot it begins with. */
  snapshotLength: number;
}

interface Part {
  text: string;
  /** How many parts the text has. */
  of: number;
}

type Entry = [key: string, value: Part | Head];

interface Compaction {
  texts: Iterator<string>;
  first: number;
  /** How many of the keys are from before the snapshot. */
  keysBefore: number;
  snapshotLength: number;
}

/** Stored data was written by a later version of TinyHost; nothing of it was touched. */
export class NewerFormatError extends Error {}

export class Log {
  readonly #storage: RoomStorage;
  readonly #snapshot: () => Iterable<string>;
  readonly #onFailure: (error: unknown) => void;
  #hasHead = false;
  #sequence = 0;
  /** Keys that can be removed after the next compaction, oldest first. */
  #keys: string[] = [];
  #snapshotLength = 0;
  #appendedLength = 0;
  #compaction: Compaction | undefined;

  /**
   * `snapshot` gives texts that together say the same as all before them. `onFailure` is called
   * when storage refuses a write: what was appended since then is not stored.
   */
  constructor(
    storage: RoomStorage,
    snapshot: () => Iterable<string>,
    onFailure: (error: unknown) => void,
  ) {
    this.#storage = storage;
    this.#snapshot = snapshot;
    this.#onFailure = onFailure;
  }

  /** Gives every living text, in order. Writes nothing. Throws {@link NewerFormatError}. */
  async load(replay: (text: string) => void): Promise<void> {
    const head = await this.#storage.get<Head>(HEAD);
    if (!head) return; // It is written along with the first text.
    if (head.format > LOG_FORMAT) {
      throw new NewerFormatError(`stored format ${head.format} is newer than ${LOG_FORMAT}`);
    }
    this.#hasHead = true;
    this.#sequence = head.first;
    const first = keyOf(this.#sequence, 0);
    const dead = await this.#storage.list({ start: PREFIX, end: first, limit: KEYS_PER_CALL });
    this.#keys = [...dead.keys()];
    const length = await this.#replay(first, replay);
    this.#snapshotLength = head.snapshotLength;
    this.#appendedLength = Math.max(0, length - this.#snapshotLength);
  }

  async #replay(first: string, replay: (text: string) => void): Promise<number> {
    const assembler = new Assembler(replay);
    for (let start = first; ; ) {
      const page = await this.#storage.list<Part>({ start, end: END, limit: KEYS_PER_CALL });
      for (const [key, part] of page) {
        assembler.add(sequenceOf(key), part);
        this.#keys.push(key);
      }
      const last = this.#keys.at(-1);
      if (last) this.#sequence = Math.max(this.#sequence, sequenceOf(last) + 1);
      if (page.size < KEYS_PER_CALL || !last) return assembler.length;
      start = `${last}\0`;
    }
  }

  /** Appends texts, in one write as far as they fit in one. Does not wait for it. */
  append(texts: string[]): void {
    const entries: Entry[] = this.#hasHead ? [] : [[HEAD, this.#head(0)]];
    this.#hasHead = true;
    for (const text of texts) {
      this.#appendedLength += text.length;
      this.#addParts(entries, text);
    }
    const compaction = this.#compaction ?? this.#startCompaction();
    const finished = compaction && this.#continueCompaction(compaction, entries);
    this.#put(entries);
    if (finished) this.#finishCompaction(compaction);
  }

  #addParts(entries: Entry[], text: string): void {
    const sequence = this.#sequence++;
    const of = Math.max(1, Math.ceil(text.length / PART_LENGTH));
    for (let part = 0; part < of; part++) {
      const key = keyOf(sequence, part);
      this.#keys.push(key);
      const slice = of === 1 ? text : text.slice(part * PART_LENGTH, (part + 1) * PART_LENGTH);
      entries.push([key, { text: slice, of }]);
    }
  }

  #startCompaction(): Compaction | undefined {
    if (this.#appendedLength <= Math.max(MIN_COMPACTION_LENGTH, this.#snapshotLength)) return;
    const texts = this.#snapshot()[Symbol.iterator]();
    const first = this.#sequence;
    const keysBefore = this.#keys.length;
    this.#appendedLength = 0;
    this.#compaction = { texts, first, keysBefore, snapshotLength: 0 };
    return this.#compaction;
  }

  /** Adds a stretch of the snapshot to the entries of a write, and says whether it is complete. */
  #continueCompaction(compaction: Compaction, entries: Entry[]): boolean {
    for (let count = 0; count < SNAPSHOT_TEXTS_PER_APPEND; count++) {
      const { value: text, done } = compaction.texts.next() as IteratorResult<string, undefined>;
      if (done) return true;
      compaction.snapshotLength += text.length;
      this.#addParts(entries, text);
    }
    return false;
  }

  #finishCompaction({ first, keysBefore, snapshotLength }: Compaction): void {
    this.#compaction = undefined;
    this.#snapshotLength = snapshotLength;
    this.#put([[HEAD, this.#head(first)]]);
    const dead = this.#keys.splice(0, keysBefore);
    for (let start = 0; start < dead.length; start += KEYS_PER_CALL) {
      this.#watch(this.#storage.delete(dead.slice(start, start + KEYS_PER_CALL)));
    }
  }

  #head(first: number): Head {
    return { format: LOG_FORMAT, first, snapshotLength: this.#snapshotLength };
  }

  #put(entries: Entry[]): void {
    if (entries.length === 1) {
      this.#watch(this.#storage.put(...entries[0]!));
      return;
    }
    for (let start = 0; start < entries.length; start += KEYS_PER_CALL) {
      const call = Object.fromEntries(entries.slice(start, start + KEYS_PER_CALL));
      this.#watch(this.#storage.put(call));
    }
  }

  #watch(write: Promise<unknown>): void {
    write.catch(this.#onFailure);
  }
}

/** Puts parts together again; a text that lacks some is left out. */
class Assembler {
  readonly #replay: (text: string) => void;
  #parts: string[] = [];
  #sequence = -1;
  length = 0;

  constructor(replay: (text: string) => void) {
    this.#replay = replay;
  }

  add(sequence: number, { text, of }: Part): void {
    if (sequence !== this.#sequence) this.#parts = [];
    this.#sequence = sequence;
    this.#parts.push(text);
    this.length += text.length;
    if (this.#parts.length === of) this.#replay(this.#parts.join(''));
  }
}

const keyOf = (sequence: number, part: number): string =>
  `${PREFIX}${String(sequence).padStart(12, '0')}.${String(part).padStart(4, '0')}`;

const sequenceOf = (key: string): number => Number(key.slice(PREFIX.length, PREFIX.length + 12));
