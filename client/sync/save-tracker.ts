import type { MergeableStore } from 'tinybase';
import { exponentialBackoff } from '../common/backoff.ts';
import type { TinyHostError } from '../errors.ts';
import type { StoreSync } from './store-sync.ts';

/** How long to wait for further edits before asking the server, in milliseconds. */
const GATHERING = 40;
/** After so many answers that differ, both sides are made to fetch what they lack. */
const PATIENCE = 3;
const LONGEST_PAUSE = 60_000;

interface Waiting {
  revision: number;
  resolve(): void;
  reject(error: TinyHostError): void;
}

export interface SaveEvents {
  /** The app wrote something. */
  onWrite(): void;
  onChange(saved: boolean): void;
  /** The server does not answer any more. */
  onSilence(): void;
}

/**
 * Knows which of the app's edits the server has stored for good: those that were in the store
 * when its hashes were found to be the server's.
 */
export class SaveTracker {
  #revision = 1;
  #saved = 0;
  #sync: StoreSync | undefined;
  #asking = false;
  /** Answers in a row that differed. */
  #misses = 0;
  #endPause: () => void = () => undefined;
  #waiting: Waiting[] = [];
  #hashes: string;
  readonly #store: MergeableStore;
  readonly #events: SaveEvents;
  readonly #stopListening: () => void;

  constructor(store: MergeableStore, events: SaveEvents) {
    this.#store = store;
    this.#hashes = `${store.getMergeableContentHashes()}`;
    this.#events = events;
    const listener = store.addDidFinishTransactionListener(() => this.#written());
    this.#stopListening = () => store.delListener(listener);
  }

  get saved(): boolean {
    return this.#saved === this.#revision;
  }

  /** Resolves when everything written until now is stored. */
  wait(): Promise<void> {
    if (this.saved) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ revision: this.#revision, resolve, reject });
    });
  }

  /** Asks through `sync` from now on; undefined while there is no connection. */
  use(sync: StoreSync | undefined): void {
    this.#sync = sync;
    this.#misses = 0;
    this.#endPause();
    void this.#ask();
  }

  /** Gives up on what is being waited for. */
  fail(error: TinyHostError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  stop(): void {
    this.use(undefined);
    this.#stopListening();
  }

  #written(): void {
    const hashes = `${this.#store.getMergeableContentHashes()}`;
    if (hashes === this.#hashes) return;
    this.#hashes = hashes;
    if (this.#sync?.brought(this.#store.getTransactionMergeableChanges())) return;
    const wasSaved = this.saved;
    this.#revision += 1;
    // What is new is asked about soon, however long the last pause has become.
    this.#misses = Math.min(this.#misses, PATIENCE);
    if (this.#misses === PATIENCE) this.#endPause();
    if (wasSaved) this.#events.onChange(false);
    this.#events.onWrite();
    void this.#ask();
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    while (this.#sync && !this.saved) {
      await this.#pause(exponentialBackoff(this.#misses + 1, GATHERING, LONGEST_PAUSE));
      const sync = this.#sync;
      this.#misses = (await this.#askOnce(sync)) ? 0 : this.#misses + 1;
      if (this.#misses >= PATIENCE) await sync?.repair().catch(() => undefined);
    }
    this.#asking = false;
  }

  async #askOnce(sync: StoreSync | undefined): Promise<boolean> {
    const revision = this.#revision;
    try {
      if (!(await sync?.hashesMatch())) return false;
    } catch {
      if (sync && sync === this.#sync) this.#events.onSilence();
      return false;
    }
    this.#saved = Math.max(this.#saved, revision);
    if (this.saved) this.#events.onChange(true);
    this.#waiting = this.#waiting.filter((waiting) => {
      if (waiting.revision > this.#saved) return true;
      waiting.resolve();
      return false;
    });
    return true;
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
