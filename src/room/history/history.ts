import type { CellStamp } from '../../document/cell-stamp.ts';
import { readChange } from '../../document/codec/stamp-decoder.ts';
import type { Leaf, StampTree } from '../../document/stamp-tree.ts';
import type { RoomStorage } from '../../platform.ts';
import { LogStorage } from '../log/log-storage.ts';
import type { StoredRecord } from '../log/record-reader.ts';
import { BeforeImages } from './before-images.ts';
import { type MomentHead, momentEntries, StoredMoments } from './moment-storage.ts';
import { type Moment, MomentRecorder } from './moments.ts';

/** Records that an earlier version wrote have no time. */
const UNKNOWN_TIME = 0;

/**
 * The history of a store. Moments are stored when they end. Until then, their changes are in records
 * of the log that no snapshot covers, and a room that starts finds the same moments in them. For
 * that, the present moment has to end in the turn in which a snapshot becomes valid: a snapshot also
 * holds changes that came while it was written, and does not tell what they replaced.
 */
export class History {
  readonly #stored: StoredMoments;
  readonly #storage: LogStorage;
  readonly #onFailure: (error: unknown) => void;
  #recorder!: MomentRecorder;
  /** Records before this position are in stored moments, or nothing is known of them. */
  #from = 0;
  /** Moments before this position are not connected with the present. */
  #begin = 0;

  /** `onFailure` is called when storage refuses a write. */
  constructor(storage: RoomStorage, onFailure: (error: unknown) => void) {
    this.#stored = new StoredMoments(storage);
    this.#storage = new LogStorage(storage);
    this.#onFailure = onFailure;
  }

  /** Call it before the log is loaded. Its snapshot covers records before `first`; it ends at `end`. */
  async open(first: number, end: number): Promise<void> {
    const stored = (await this.#stored.end()) ?? 0;
    const isConnected = stored >= first;
    this.#from = isConnected ? stored : end;
    this.#begin = isConnected ? 0 : end;
    this.#recorder = new MomentRecorder(this.#from, (moment) => this.#store(moment));
  }

  /** Merges a stored record, in order, into a tree. */
  replay(tree: StampTree, { text, end, at = UNKNOWN_TIME }: StoredRecord): void {
    if (end !== undefined && end > this.#from) {
      this.#recorder.replay(tree, text, { end, at, by: '' });
    } else for (const edit of readChange(text)) tree.put(edit);
  }

  /** Call it before the first change that is not appended yet. */
  begin(): void {
    this.#recorder.begin(Date.now());
  }

  /** Merges a stamp into a tree as `StampTree.put` does. */
  put(tree: StampTree, edit: CellStamp): Leaf | undefined {
    return this.#recorder.put(tree, edit);
  }

  /** Call it when all changes are appended. `end` is then the end of the log. */
  appended(end: number): void {
    this.#recorder.appended({ end, at: Date.now(), by: '' });
  }

  /** Ends and stores the present moment. Call it when all changes are appended. */
  end(): void {
    this.#recorder.end();
  }

  /** The stored moments from which the history reaches up to the present, oldest first. */
  async moments(): Promise<MomentHead[]> {
    const heads = await this.#stored.heads();
    return heads.filter(({ from }) => from >= this.#begin);
  }

  /**
   * The images that turn the content into that of a time (milliseconds since the epoch). Call it
   * right after `end`. What changes while it reads is not among them.
   */
  async imagesAfter(time: number): Promise<BeforeImages> {
    const images = new BeforeImages();
    for (const { from, since } of await this.moments()) {
      const moment = since > time ? await this.#stored.read(from) : undefined;
      if (moment) images.addLater(moment.images.all());
    }
    return images;
  }

  #store(moment: Moment): void {
    this.#storage.put(momentEntries(moment)).catch(this.#onFailure);
  }
}
