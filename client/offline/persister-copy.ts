import { createMergeableStore, type MergeableStore } from 'tinybase';
import { type RuntimeEvents, watchPause } from '../common/runtime-events.ts';
import { TinyHostError } from '../errors.ts';
import { entriesOf, isHeartbeat } from '../sync/entries.ts';
import { mergeContent } from '../sync/merge-encoded-changes.ts';
import {
  type CreatePersister,
  type OfflinePersister,
  saveDelay,
  unusableCopy,
} from './offline-copy.ts';

/** A save that takes longer is reported. The next one still waits for it. */
const SAVE_TIMEOUT_MS = 30_000;

/**
 * Keeps a copy of a store with a persister of the app. The copy is loaded into a store of its own
 * and merged from there, because persisters replace the content of the store that they load.
 */
export class PersisterCopy {
  readonly #store: MergeableStore;
  readonly #create: (store: MergeableStore) => Promise<OfflinePersister>;
  readonly #onStatus: (error: TinyHostError | undefined) => void;
  readonly #cleanUp: (() => void)[];
  /** Resolves when the copy has been merged into the store. Never rejects. */
  readonly loaded: Promise<void>;
  #persister: OfflinePersister | undefined;
  /** The last error that the persister has passed on: its methods do not reject. */
  #error: unknown;
  #isUnsaved = false;
  #running: Promise<void> | undefined;
  #timeout: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isStopped = false;

  /** `onStatus` is called with each failure, and with undefined when saving works again. */
  constructor(
    store: MergeableStore,
    name: string,
    create: CreatePersister,
    onStatus: (error: TinyHostError | undefined) => void,
    events?: RuntimeEvents,
  ) {
    this.#store = store;
    this.#create = async (store) =>
      create(store, name, (error) => {
        this.#error = error;
      });
    this.#onStatus = onStatus;
    const listener = store.addDidFinishTransactionListener(() => this.#onTransaction());
    this.#cleanUp = [
      () => store.delListener(listener),
      watchPause(() => void this.#start(), events),
    ];
    this.loaded = this.#start();
  }

  /** Saves unsaved edits and destroys the persister. */
  async stop(): Promise<void> {
    if (!this.#isStopped) {
      this.#isStopped = true;
      clearTimeout(this.#timeout);
      for (const cleanUp of this.#cleanUp) cleanUp();
      await this.#running;
      if (this.#persister) await this.#start();
    }
    await this.#persister?.destroy();
    this.#persister = undefined;
  }

  #start(): Promise<void> {
    clearTimeout(this.#timeout);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isUnsaved || !this.#persister) this.#schedule();
    });
    return this.#running;
  }

  #schedule(): void {
    clearTimeout(this.#timeout);
    if (this.#isStopped || this.#running) return;
    this.#timeout = setTimeout(() => void this.#start(), saveDelay(this.#failures));
  }

  async #run(): Promise<void> {
    const late = new TinyHostError('storage', 'the offline copy does not respond');
    const timeout = setTimeout(() => this.#report(late), SAVE_TIMEOUT_MS);
    try {
      this.#persister ??= await this.#load();
      if (this.#isUnsaved) await this.#save(this.#persister);
      this.#failures = 0;
      this.#report(undefined);
    } catch (cause) {
      this.#failures += 1;
      this.#report(unusableCopy(cause));
    } finally {
      clearTimeout(timeout);
    }
  }

  #report(error: TinyHostError | undefined): void {
    if (!this.#isStopped) this.#onStatus(error);
  }

  /** Merges the copy into the store. Returns the persister to save with. */
  async #load(): Promise<OfflinePersister> {
    const copy = createMergeableStore();
    const loader = await this.#create(copy);
    // A persister does not tell an unreadable copy from a missing one: both leave the store empty.
    await loader.load();
    await loader.destroy();
    const hashes = copy.getMergeableContentHashes();
    if (!this.#isStopped) await mergeContent(this.#store, copy.getMergeableContent());
    this.#isUnsaved = `${this.#store.getMergeableContentHashes()}` !== `${hashes}`;
    return this.#create(this.#store);
  }

  async #save(persister: OfflinePersister): Promise<void> {
    this.#isUnsaved = false;
    this.#error = undefined;
    try {
      await persister.save();
      if (this.#error !== undefined) throw this.#error;
    } catch (error) {
      this.#isUnsaved = true;
      throw error;
    }
  }

  #onTransaction(): void {
    const entries = entriesOf(this.#store.getTransactionMergeableChanges());
    if (entries.every(({ path }) => isHeartbeat(path))) return;
    this.#isUnsaved = true;
    this.#schedule();
  }
}
