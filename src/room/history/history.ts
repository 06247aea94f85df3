import { OVERLOADED } from '../../body/workload.ts';
import type { CellStamp } from '../../document/cell-stamp.ts';
import { readChange } from '../../document/codec/stamp-decoder.ts';
import { isHeartbeat } from '../../document/heartbeat.ts';
import type { Leaf, StampTree } from '../../document/stamp-tree.ts';
import type { RoomStorage } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { newLogId } from '../log/log-cursor.ts';
import { LogStorage } from '../log/log-storage.ts';
import type { StoredRecord } from '../log/record-reader.ts';
import { type ImportedMoment, MomentImport } from './moment-import.ts';
import {
  type MomentHead,
  momentEntries,
  type StoredMoment,
  StoredMoments,
} from './moment-storage.ts';
import { type Moment, type MomentKind, MomentRecorder } from './moments.ts';
import { BeforeImages } from './past/before-images.ts';
import { PastView } from './past/past-view.ts';
import type { Point } from './past/point.ts';
import { Thinner } from './thinner.ts';
import { horizonOf } from './thinning.ts';

/** Records that an earlier version wrote have no time. */
const UNKNOWN_TIME = 0;

/** Views of the past that are open at once. Each may take as much memory as the store. */
const MAX_VIEWS = 4;

/** Milliseconds for which a view stays open in any case. */
const VIEW_MS = 60_000;

const GONE = fail('history_gone', 'the history of the store does not reach back to that time');

/** How often a history is begun to be taken in, while the room works on its own. */
const ATTEMPTS = 20;
const PAUSE_MS = 50;

/**
 * The history of a store. Moments are stored when they end. Until then, their changes are in records
 * of the log that no snapshot covers, and a room that starts finds the same moments in them. For
 * that, the present moment is stored in the turn in which a snapshot becomes valid, and again when it
 * ends: a snapshot also holds changes that came while it was written, and does not tell what they
 * replaced.
 */
export class History {
  readonly #days: number;
  readonly #moments: StoredMoments;
  readonly #storage: LogStorage;
  readonly #thinner: Thinner;
  readonly #import: MomentImport;
  readonly #onFailure: (error: unknown) => void;
  readonly #views = new Set<PastView>();
  /** How the present moment is stored, if it is. */
  #open: { moment: Moment; text: string; id: string; parts: string[] } | undefined;
  #tree!: StampTree;
  /** Undefined if no history is kept. */
  #recorder: MomentRecorder | undefined;
  /** Counts what was stored, to notice it. */
  #stored = 0;

  /** `days` is HISTORY_DAYS. `onFailure` is called when storage refuses a write. */
  constructor(storage: RoomStorage, days: number, onFailure: (error: unknown) => void) {
    this.#days = days;
    this.#moments = new StoredMoments(storage);
    this.#storage = new LogStorage(storage);
    this.#thinner = new Thinner(storage, days, onFailure);
    this.#import = new MomentImport(storage);
    this.#onFailure = onFailure;
  }

  /**
   * Call it before the log is loaded into the tree. Its snapshot covers records before `first`; it
   * ends at `end`.
   */
  async open(tree: StampTree, first: number, end: number): Promise<void> {
    this.#tree = tree;
    const last = await this.#moments.last();
    if (this.#days === 0) {
      if (last) this.#thinner.removeAll();
      return;
    }
    this.#thinner.opened(last, await this.#moments.first());
    const now = Date.now();
    const isConnected = (last?.to ?? 0) >= first;
    const start = isConnected ? { from: last?.to ?? 0, after: last?.until ?? 0 } : gapAt(end, now);
    this.#recorder = new MomentRecorder(tree, start, (...moment) => this.#store(...moment));
    if (!isConnected) this.#store(markAt(end, now), false);
  }

  /** Merges a stored record, in order, into the tree. */
  replay({ text, end, at = UNKNOWN_TIME, by = [] }: StoredRecord): void {
    const recorder = this.#recorder;
    if (recorder && end !== undefined && end > recorder.from)
      recorder.replay(text, { end, at, by });
    else for (const edit of readChange(text)) this.#tree.put(edit);
  }

  /** Whether the present moment has to end before these changes. */
  endsBefore(edits: readonly CellStamp[]): boolean {
    return this.#recorder?.endsBefore(edits) ?? false;
  }

  /** Call it before the first change that is not appended yet. */
  begin(): void {
    this.#recorder?.begin(Date.now());
  }

  /** Merges a stamp into the tree as `StampTree.put` does. */
  put(edit: CellStamp): Leaf | undefined {
    if (this.#views.size > 0) this.#noteForViews(edit);
    return this.#recorder ? this.#recorder.put(edit) : this.#tree.put(edit);
  }

  /** An edit that is older than the content replaces nothing, but a note of it does no harm. */
  #noteForViews(edit: CellStamp): void {
    if (isHeartbeat(edit)) return;
    const before = this.#tree.cellAt(edit);
    for (const view of this.#views) view.note(edit, before);
  }

  /** Call it when all changes are appended. `end` is then the end of the log. */
  appended(end: number, by: Iterable<string>): void {
    this.#recorder?.appended({ end, at: Date.now(), by });
  }

  /**
   * Ends and stores the present moment. Call it when all changes are appended. Returns the id of the
   * next one.
   */
  end(): number {
    this.#recorder?.end();
    return this.#recorder?.from ?? 0;
  }

  /**
   * Stores the present moment as it is. Call it in the turn in which the log drops its records, when
   * all changes are appended.
   */
  pass(): void {
    this.#recorder?.pass();
  }

  /** Says what the present moment is. */
  mark(kind: MomentKind): void {
    this.#recorder?.mark(kind);
  }

  /** The stored moments that are not too old, newest first, or those before the moment `before`. */
  async *moments(before?: number): AsyncGenerator<MomentHead> {
    const horizon = horizonOf(this.#days, Date.now());
    for await (const moment of this.#moments.newestFirst(before)) {
      if (moment.until < horizon || this.#days === 0) return;
      if (moment.kind !== 'mark') yield moment;
    }
  }

  /**
   * The store at a point of the past. Call it in the turn of `end`, and close the view. Refuses with
   * `history_gone`, or with `overloaded` if too many views are open.
   */
  async view(point: Point): Promise<Result<PastView>> {
    if (this.#days === 0) return GONE;
    const [oldest] = this.#views;
    if (oldest && this.#views.size >= MAX_VIEWS) {
      if (Date.now() - oldest.openedAt < VIEW_MS) return OVERLOADED;
      oldest.close();
    }
    const view = new PastView(() => this.#views.delete(view));
    this.#views.add(view);
    let isComplete = false;
    try {
      isComplete = await this.#readInto(view, point);
      if (view.isClosed) return OVERLOADED;
    } finally {
      if (!isComplete) view.close();
    }
    return isComplete ? succeed(view) : GONE;
  }

  /** Returns whether the history reaches back to the point. */
  async #readInto(view: PastView, point: Point): Promise<boolean> {
    const horizon = horizonOf(this.#days, Date.now());
    if ('time' in point && point.time < horizon) return false;
    const { from } = this.#recorder!;
    // The present moment is empty.
    let reached = { from, after: 0 };
    for await (const stored of this.#moments.newestFirst()) {
      const isPast = 'time' in point ? stored.since <= point.time : stored.from < point.moment;
      if (isPast) {
        view.until = stored.until;
        return 'time' in point || reached.from === point.moment;
      }
      const moment = await this.#moments.withImages(stored);
      if (!moment || stored.until < horizon) return false;
      view.addEarlier(moment.images);
      reached = moment;
    }
    return 'time' in point ? point.time >= reached.after : point.moment === reached.from;
  }

  /** The moments before the position `before` with their images, newest first, for a backup. */
  async *momentsWithImages(before: number): AsyncGenerator<Moment> {
    for await (const head of this.moments(before)) {
      const moment = await this.#moments.withImages(head as StoredMoment);
      if (!moment) return;
      yield moment;
    }
  }

  /**
   * Takes in moments of a backup, newest first. They follow those that came before, or take the
   * place of the room's own, if these are all later. `settle` ends the present moment, and returns
   * whether the content is as the newest moment of the backup has left it.
   */
  async takeIn(moments: ImportedMoment[], settle: () => boolean): Promise<void> {
    const horizon = horizonOf(this.#days, Date.now());
    for (const moment of moments) {
      if (!this.#recorder || moment.until < horizon) return;
      if (moment.number > 1) await this.#import.putBefore(moment);
      else await this.#replaceOwn(moment, settle);
    }
  }

  async #replaceOwn(moment: ImportedMoment, settle: () => boolean): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (!settle()) return;
      const stored = this.#stored;
      const own = await this.#import.ownAfter(moment);
      if (!own || !settle()) return;
      const { from } = this.#recorder!;
      const isQuiet = !this.#thinner.isRunning && this.#views.size === 0;
      // From here on, everything happens in this turn.
      if (this.#stored === stored && isQuiet) {
        return from === 0 ? undefined : this.#import.replace(own, moment, from);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Work on old moments since the last call, if any; see `Log.takeWork`. */
  takeWork(): Promise<void> | undefined {
    return this.#thinner.takeWork();
  }

  /** From now on nothing is thinned. */
  stop(): void {
    this.#thinner.stop();
  }

  #store(moment: Moment, isOpen: boolean): void {
    this.#stored += 1;
    const { text } = moment.images;
    const before = this.#open?.moment === moment ? this.#open : undefined;
    const id = before?.text === text ? before.id : newLogId();
    const entries = momentEntries(moment, this.#thinner.willStore(moment, isOpen), id);
    this.#storage.put(entries).catch(this.#onFailure);
    const parts = entries.slice(0, -1).map(([key]) => key);
    if (before && before.id !== id) this.#storage.delete(before.parts).catch(this.#onFailure);
    this.#open = isOpen ? { moment, text, id, parts } : undefined;
  }
}

const gapAt = (end: number, now: number) => ({ from: end, after: now });

/** Where a history begins in a store that has content of which nothing is known. */
const markAt = (end: number, now: number): Moment => ({
  ...{ kind: 'mark', from: end, to: end, after: now, since: now, until: now },
  ...{ by: [], contentBytes: 0, images: new BeforeImages() },
});
