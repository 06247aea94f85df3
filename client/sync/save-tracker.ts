import type { MergeableStore } from 'tinybase';
import { exponentialBackoff } from '../common/backoff.ts';
import type { TinyHostError } from '../errors.ts';
import { FIRST_REVISION, type ResumePoint } from './resume/resume-point.ts';
import type { StoreSync } from './store-sync.ts';

/** How long to collect further edits before the server is asked for its hashes. */
const DEBOUNCE_MS = 40;
const LONGEST_DELAY_MS = 60_000;
/** After this many different hashes in a row, both sides are made to fetch what they lack. */
const MISMATCHES_BEFORE_REPAIR = 3;

interface Waiter {
  /** The revision of the store that has to be saved. */
  revision: number;
  resolve(): void;
  reject(error: TinyHostError): void;
}

export interface SaveEvents {
  /** The app has written to the store. */
  onWrite(): void;
  onChange(saved: boolean): void;
  /** The server does not respond any more. */
  onTimeout(): void;
}

/**
 * Tracks which edits of the app the server has stored: those that were in the store when its hashes
 * matched the server's.
 */
export class SaveTracker {
  #revision = FIRST_REVISION;
  #saved = 0;
  #sync: StoreSync | undefined;
  #isChecking = false;
  /** Different hashes in a row. */
  #mismatches = 0;
  #endDelay: () => void = () => undefined;
  #waiters: Waiter[] = [];
  #hashes: string;
  readonly #store: MergeableStore;
  readonly #point: ResumePoint;
  readonly #events: SaveEvents;
  readonly #stopListening: () => void;

  constructor(store: MergeableStore, point: ResumePoint, events: SaveEvents) {
    this.#store = store;
    this.#point = point;
    this.#hashes = `${store.getMergeableContentHashes()}`;
    this.#events = events;
    const listener = store.addDidFinishTransactionListener(() => this.#onTransaction());
    this.#stopListening = () => store.delListener(listener);
  }

  get saved(): boolean {
    return this.#saved === this.#revision;
  }

  /** Resolves when the server has stored all edits made before the call. Rejects after `fail()`. */
  wait(): Promise<void> {
    if (this.saved) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ revision: this.#revision, resolve, reject });
    });
  }

  /** Sets the connection to ask through; undefined while there is none. */
  use(sync: StoreSync | undefined): void {
    this.#sync = sync;
    this.#mismatches = 0;
    this.#endDelay();
    void this.#check();
  }

  /** Rejects all promises of `wait()`. */
  fail(error: TinyHostError): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }

  stop(): void {
    this.use(undefined);
    this.#stopListening();
  }

  #onTransaction(): void {
    const hashes = `${this.#store.getMergeableContentHashes()}`;
    if (hashes === this.#hashes) return;
    this.#hashes = hashes;
    const changes = this.#store.getTransactionMergeableChanges();
    if (this.#point.isReceived(changes)) return;
    const wasSaved = this.saved;
    this.#revision += 1;
    this.#point.addEdits(changes, this.#revision);
    // A new edit is checked soon, even if earlier mismatches have made the delay long.
    this.#mismatches = Math.min(this.#mismatches, MISMATCHES_BEFORE_REPAIR);
    if (this.#mismatches === MISMATCHES_BEFORE_REPAIR) this.#endDelay();
    if (wasSaved) this.#events.onChange(false);
    this.#events.onWrite();
    void this.#check();
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    while (this.#sync && !this.saved) {
      await this.#delay(exponentialBackoff(this.#mismatches + 1, DEBOUNCE_MS, LONGEST_DELAY_MS));
      const sync = this.#sync;
      this.#mismatches = (await this.#checkOnce(sync)) ? 0 : this.#mismatches + 1;
      if (this.#mismatches >= MISMATCHES_BEFORE_REPAIR) await sync?.repair().catch(() => undefined);
    }
    this.#isChecking = false;
  }

  async #checkOnce(sync: StoreSync | undefined): Promise<boolean> {
    const revision = this.#revision;
    try {
      if (!sync?.isUnchanged && !(await sync?.reach())) return false;
      this.#point.acknowledge(revision);
    } catch {
      if (sync && sync === this.#sync) this.#events.onTimeout();
      return false;
    }
    this.#saved = Math.max(this.#saved, revision);
    if (this.saved) this.#events.onChange(true);
    this.#waiters = this.#waiters.filter((waiter) => {
      if (waiter.revision > this.#saved) return true;
      waiter.resolve();
      return false;
    });
    return true;
  }

  #delay(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#endDelay = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
