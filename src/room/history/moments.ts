import type { CellStamp } from '../../document/cell-stamp.ts';
import { readChange } from '../../document/codec/stamp-decoder.ts';
import type { Leaf, StampTree } from '../../document/stamp-tree.ts';
import { MAX_AUTHORS } from './authors.ts';
import { hasDeletedMuch, willDeleteMuch } from './mass-deletion.ts';
import { BeforeImages, putNoting } from './past/before-images.ts';

/** A moment ends with the first change that comes so long after its beginning. */
const MOMENT_MS = 60_000;

/** Bytes of images after which a moment ends early, because they take memory until then. */
const MAX_IMAGE_BYTES = 256_000;

/** A record of the log as the history sees it. */
export interface RecordInfo {
  /** The position after the record. */
  end: number;
  /** When it came to the server, in milliseconds since the epoch. */
  at: number;
  /** Its authors (see authors.ts). */
  by: Iterable<string>;
}

/**
 * What a moment is: changes, with the deletion of a large part of the store (mass-deletion.ts), or a
 * restore. `mark` is only a position: a history begins there, or what was there is too old.
 */
export type MomentKind = 'changes' | 'deletion' | 'restore' | 'mark';

/** Changes of a short time, which a restore can take back together. */
export interface Moment {
  kind: MomentKind;
  /** The positions in the log of its first record and after its last one. */
  from: number;
  to: number;
  /** When the changes before it ended; 0 if there were none. */
  after: number;
  /** When its records came to the server. */
  since: number;
  until: number;
  /** The authors of the changes, the first 16. */
  by: string[];
  /** The size of the content (`StampTree.jsonBytes`) before or after it, whatever is larger. */
  contentBytes: number;
  /** The content that they replaced. */
  images: BeforeImages;
}

/**
 * Groups changes into moments. A live room passes the changes as they come. After a start, those
 * in the log that are in no stored moment are passed, in their order, and give the same images.
 */
export class MomentRecorder {
  readonly #tree: StampTree;
  readonly #onMoment: (moment: Moment, isOpen: boolean) => void;
  /** The latest time so far. Clocks may go back, but the history does not. */
  #now: number;
  #open: Moment;

  /**
   * The moment before ended at the position `from` and the time `after`. `onMoment` is called with
   * each moment that ends, and with one that goes on and is to be stored as it is.
   */
  constructor(
    tree: StampTree,
    { from, after }: Pick<Moment, 'from' | 'after'>,
    onMoment: (moment: Moment, isOpen: boolean) => void,
  ) {
    this.#tree = tree;
    this.#onMoment = onMoment;
    this.#now = after;
    this.#open = this.#newMoment(from, after);
  }

  /** The position at which the present moment begins. */
  get from(): number {
    return this.#open.from;
  }

  /** Whether the present moment has to end before these changes. */
  endsBefore(edits: readonly CellStamp[]): boolean {
    return this.#open.kind !== 'restore' && willDeleteMuch(edits, this.#tree);
  }

  /** Says what the present moment is. */
  mark(kind: MomentKind): void {
    this.#open.kind = kind;
  }

  /** Call it before the first change of a record, which comes at the time `at`. */
  begin(at: number): void {
    const { since, images } = this.#open;
    this.#now = Math.max(this.#now, at);
    if (this.#now - since >= MOMENT_MS || images.bytes > MAX_IMAGE_BYTES) this.end();
  }

  /** Merges a stamp into the tree as `StampTree.put` does. */
  put(edit: CellStamp): Leaf | undefined {
    return putNoting(this.#tree, edit, this.#open.images);
  }

  /** Call it when the changes since the last call are appended to the log as one record. */
  appended({ end, at, by }: RecordInfo): void {
    const open = this.#open;
    this.#now = Math.max(this.#now, at);
    open.since = Math.min(open.since, this.#now);
    open.to = end;
    open.until = this.#now;
    open.by = joinAuthors(open.by, by);
  }

  /** Merges a record of the log into the tree, which has everything before it. */
  replay(text: string, record: RecordInfo): void {
    const edits = readChange(text);
    if (this.endsBefore(edits)) this.end();
    this.begin(record.at);
    for (const edit of edits) this.put(edit);
    this.appended(record);
  }

  /**
   * Ends the present moment. Call it when all changes are appended. If they have replaced nothing,
   * their records become part of the next moment, but their times and authors do not.
   */
  end(): void {
    const ended = this.#open;
    if (ended.images.isEmpty) {
      this.#open = this.#newMoment(ended.from, ended.after);
      return;
    }
    ended.contentBytes = Math.max(ended.contentBytes, this.#tree.jsonBytes);
    if (ended.kind === 'changes' && hasDeletedMuch(ended.images, this.#tree)) {
      ended.kind = 'deletion';
    }
    this.#open = this.#newMoment(ended.to, ended.until);
    this.#onMoment(ended, false);
  }

  /**
   * Passes the present moment on as it is, because the log will not have its records much longer.
   * Call it when all changes are appended. A large one ends: what is stored is replaced later.
   */
  pass(): void {
    const open = this.#open;
    if (open.to === open.from) return;
    open.contentBytes = Math.max(open.contentBytes, this.#tree.jsonBytes);
    if (open.images.bytes > MAX_IMAGE_BYTES) this.end();
    else this.#onMoment(open, true);
  }

  #newMoment(from: number, after: number): Moment {
    return {
      kind: 'changes',
      from,
      to: from,
      after,
      since: Number.POSITIVE_INFINITY,
      until: 0,
      by: [],
      contentBytes: this.#tree.jsonBytes,
      images: new BeforeImages(),
    };
  }
}

/** The first authors of both, each once. */
export function joinAuthors(before: string[], later: Iterable<string>): string[] {
  let joined = before;
  for (const author of later) {
    if (joined.length >= MAX_AUTHORS || author === '' || joined.includes(author)) continue;
    joined = [...joined, author];
  }
  return joined;
}
