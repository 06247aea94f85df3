import type { CellStamp } from '../../document/cell-stamp.ts';
import { readChange } from '../../document/codec/stamp-decoder.ts';
import type { Leaf, StampTree } from '../../document/stamp-tree.ts';
import { BeforeImages, putNoting } from './before-images.ts';

/** A moment ends with the first change that comes so long after its beginning. */
const MOMENT_MS = 60_000;

/** Bytes of images after which a moment ends early, because they take memory until then. */
const MAX_IMAGE_BYTES = 256_000;

/** Authors that a moment names. */
const MAX_AUTHORS = 16;

/** A record of the log as the history sees it. */
export interface RecordInfo {
  /** The position after the record. */
  end: number;
  /** When it came to the server, in milliseconds since the epoch. */
  at: number;
  /** Its author, in a form that means something to the callers only; empty if it is unknown. */
  by: string;
}

/** Changes of a short time, which a restore can take back together. */
export interface Moment {
  /** The positions in the log of its first record and after its last one. */
  from: number;
  to: number;
  /** When these records came to the server. */
  since: number;
  until: number;
  /** The authors of the changes, the first 16. */
  by: string[];
  /** The content that they replaced. */
  images: BeforeImages;
}

/**
 * Groups changes into moments. A live room passes the changes as they come. After a start, those
 * in the log that are in no stored moment are passed, in their order, and give the same images.
 */
export class MomentRecorder {
  readonly #onEnd: (moment: Moment) => void;
  /** The latest time so far. Clocks may go back, but the history does not. */
  #now = 0;
  #open: Moment;

  /** `from` is the position after the last stored moment. */
  constructor(from: number, onEnd: (moment: Moment) => void) {
    this.#onEnd = onEnd;
    this.#open = newMoment(from);
  }

  /** Call it before the first change of a record, which comes at the time `at`. */
  begin(at: number): void {
    const { since, images } = this.#open;
    this.#now = Math.max(this.#now, at);
    if (this.#now - since >= MOMENT_MS || images.bytes > MAX_IMAGE_BYTES) this.end();
  }

  /** Merges a stamp into a tree as `StampTree.put` does. */
  put(tree: StampTree, edit: CellStamp): Leaf | undefined {
    return putNoting(tree, edit, this.#open.images);
  }

  /** Call it when the changes since the last call are appended to the log as one record. */
  appended({ end, at, by }: RecordInfo): void {
    const open = this.#open;
    this.#now = Math.max(this.#now, at);
    open.since = Math.min(open.since, this.#now);
    open.to = end;
    open.until = this.#now;
    if (by !== '' && !open.by.includes(by) && open.by.length < MAX_AUTHORS) open.by.push(by);
  }

  /** Merges a record of the log into a tree that has everything before it. */
  replay(tree: StampTree, text: string, record: RecordInfo): void {
    this.begin(record.at);
    for (const edit of readChange(text)) this.put(tree, edit);
    this.appended(record);
  }

  /**
   * Ends the present moment. Call it when all changes are appended. If they have replaced nothing,
   * their records become part of the next moment, but their times and authors do not.
   */
  end(): void {
    const ended = this.#open;
    const isEmpty = ended.images.isEmpty;
    this.#open = newMoment(isEmpty ? ended.from : ended.to);
    if (!isEmpty) this.#onEnd(ended);
  }
}

const newMoment = (from: number): Moment => ({
  from,
  to: from,
  since: Number.POSITIVE_INFINITY,
  until: 0,
  by: [],
  images: new BeforeImages(),
});
