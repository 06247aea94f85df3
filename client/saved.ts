import type { MergeableStore } from 'tinybase';
import type { TinyHostError } from './errors.ts';
import type { Sync } from './sync.ts';

/** How long to wait for further edits before asking the server, in milliseconds. */
const GATHERING = 40;
/** After so many answers that differ, both sides are made to fetch what they lack. */
const PATIENCE = 3;
const LONGEST_PAUSE = 2_000;

interface Waiting {
  revision: number;
  resolve(): void;
  reject(error: TinyHostError): void;
}

/**
 * Knows which of the app's edits the server has stored for good: those that were in the store
 * when its hashes were found to be the server's.
 */
export class SaveTracker {
  #revision = 1;
  #saved = 0;
  #sync: Sync | undefined;
  #asking = false;
  #waiting: Waiting[] = [];
  #hashes: string;
  readonly #store: MergeableStore;
  readonly #onChange: (saved: boolean) => void;
  readonly #onSilence: () => void;
  readonly #stopListening: () => void;

  /** `onSilence` is called when the server does not answer any more. */
  constructor(store: MergeableStore, onChange: (saved: boolean) => void, onSilence: () => void) {
    this.#store = store;
    this.#hashes = `${store.getMergeableContentHashes()}`;
    this.#onChange = onChange;
    this.#onSilence = onSilence;
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
  use(sync: Sync | undefined): void {
    this.#sync = sync;
    if (sync && !this.saved) void this.#ask();
  }

  /** Gives up on what is being waited for. */
  fail(error: TinyHostError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  stop(): void {
    this.#sync = undefined;
    this.#stopListening();
  }

  #written(): void {
    const hashes = `${this.#store.getMergeableContentHashes()}`;
    if (hashes === this.#hashes) return;
    this.#hashes = hashes;
    if (this.#sync?.isReceiving()) return;
    this.#revision += 1;
    this.#onChange(false);
    void this.#ask();
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    let misses = 0;
    while (this.#sync && !this.saved) {
      await pause(Math.min(GATHERING * 2 ** misses, LONGEST_PAUSE));
      misses = (await this.#askOnce(this.#sync)) ? 0 : misses + 1;
      if (misses >= PATIENCE) await this.#sync?.repair();
    }
    this.#asking = false;
  }

  async #askOnce(sync: Sync | undefined): Promise<boolean> {
    const revision = this.#revision;
    try {
      if (!(await sync?.agrees())) return false;
    } catch {
      if (sync === this.#sync) this.#onSilence();
      return false;
    }
    this.#saved = Math.max(this.#saved, revision);
    if (this.saved) this.#onChange(true);
    this.#waiting = this.#waiting.filter((waiting) => {
      if (waiting.revision > this.#saved) return true;
      waiting.resolve();
      return false;
    });
    return true;
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
