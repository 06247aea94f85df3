import type { MergeableStore } from 'tinybase';
import { exponentialBackoff } from '../common/backoff.ts';
import { TinyHostError } from '../errors.ts';
import { HEARTBEAT } from '../sync/heartbeat.ts';
import { mergeEncodedChanges } from '../sync/merge-encoded-changes.ts';
import { mergeEntries, openDatabase, readBatches, setAside } from './indexed-db.ts';
import { watchHiding } from './page-hide.ts';
import {
  areKnown,
  changesOf,
  type Entry,
  entriesOf,
  gather,
  keyOf,
  type Path,
  pathsOf,
  readEntries,
} from './records.ts';
import { UnsavedPaths } from './unsaved-paths.ts';

/** How long to gather edits before they are written to disk, in milliseconds. */
const GATHERING = 250;
/** The delays before another attempt after a failure, in milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** How many rows and values to write in one transaction, so that the page never stalls. */
const BATCH = 200;
/** How many to write at most while the page is being closed. */
const LAST_BATCH = 1_000;

/** Keeps a copy of a store in IndexedDB, together with the other tabs that do. */
export class CopyKeeper {
  readonly #store: MergeableStore;
  readonly #name: string;
  readonly #tell: (error: TinyHostError | undefined) => void;
  readonly #unsaved = new UnsavedPaths();
  readonly #cleanUp: (() => void)[];
  /** Resolves when the copy has been merged into the store, or could not be for now. */
  readonly loaded: Promise<void>;
  #onLoaded: () => void = () => undefined;
  #isLoaded = false;
  #database: IDBDatabase | undefined;
  /** Whether the database was open before. If it is gone now, it was erased on purpose. */
  #wasOpen = false;
  /** What is being applied from the copy, by key of the path. */
  #applying: ReadonlyMap<string, Entry> | undefined;
  #wasApplied = false;
  #running: Promise<void> | undefined;
  #timeout: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #over = false;

  /** `tell` is called with each failure, and with undefined when saving works again. */
  constructor(
    store: MergeableStore,
    name: string,
    tell: (error: TinyHostError | undefined) => void,
  ) {
    this.#store = store;
    this.#name = name;
    this.#tell = tell;
    this.loaded = new Promise((resolve) => {
      this.#onLoaded = resolve;
    });
    const listener = store.addDidFinishTransactionListener(() => this.#written());
    this.#cleanUp = [() => store.delListener(listener), watchHiding(() => this.#setAside())];
    for (const path of pathsOf(store)) this.#add(path);
    this.#start();
  }

  /** Writes what is not yet written, and lets go of the database. */
  async stop(): Promise<void> {
    if (!this.#over) {
      this.#end();
      if (!this.#database && this.#unsaved.size > 0) this.#start();
      // Starts at once, so that whoever opens the copy next finds everything in it.
      await Promise.allSettled([this.#save(), this.#running]);
    }
    this.#close();
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#timeout);
    for (const cleanUp of this.#cleanUp) cleanUp();
  }

  #close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #start(): void {
    this.#timeout = undefined;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#unsaved.size > 0 || this.#failures > 0) this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#over || this.#running || this.#timeout !== undefined) return;
    this.#timeout = setTimeout(() => this.#start(), delayAfter(this.#failures));
  }

  async #run(): Promise<void> {
    try {
      await this.#open();
      const damaged = this.#isLoaded || this.#over ? 0 : await this.#load();
      this.#onLoaded();
      await this.#save();
      this.#failures = 0;
      this.#report(damaged > 0 ? damage(damaged) : undefined);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    this.#onLoaded();
    // A database may be of no more use after a failure, without a word from the browser.
    this.#close();
    this.#failures += 1;
    this.#report(failureOf(cause));
    if (cause instanceof TinyHostError && !this.#over) this.#end();
  }

  #report(error: TinyHostError | undefined): void {
    if (!this.#over) this.#tell(error);
  }

  async #open(): Promise<void> {
    if (this.#database) return;
    const create = !this.#wasOpen;
    const onTaken = () => {
      if (this.#over) return;
      this.#database = undefined;
      this.#report(new TinyHostError('storage', 'the offline copy was erased or replaced'));
      this.#end();
    };
    this.#database = await openDatabase(this.#name, { create, onTaken });
    this.#wasOpen = true;
  }

  /** Merges the copy into the store. Resolves with how many records could not be read. */
  async #load(): Promise<number> {
    let count = 0;
    for await (const { entries, damaged, unmerged } of readBatches(this.#database!)) {
      if (this.#over) return 0;
      count += damaged + (await this.#apply([...gather(entries)]));
      for (const path of unmerged) this.#add(path);
    }
    this.#isLoaded = true;
    return count;
  }

  /** Resolves with how many of these TinyBase refuses; it refuses all where it refuses one. */
  async #apply(entries: [key: string, entry: Entry][]): Promise<number> {
    if (entries.length === 0) return 0;
    this.#applying = new Map(entries);
    this.#wasApplied = false;
    await mergeEncodedChanges(this.#store, changesOf(this.#applying.values()));
    this.#applying = undefined;
    if (this.#wasApplied) return 0;
    const half = entries.length >> 1;
    if (half === 0) return 1;
    const first = await this.#apply(entries.slice(0, half));
    return first + (await this.#apply(entries.slice(half)));
  }

  #written(): void {
    this.#wasApplied = true;
    for (const { path, stamps } of entriesOf(this.#store.getTransactionMergeableChanges())) {
      const source = this.#applying?.get(keyOf(path));
      if (!source || !areKnown(stamps, source.stamps)) this.#add(path);
    }
    if (this.#unsaved.size > 0) this.#schedule();
  }

  #add(path: Path): void {
    if (path.length === 1 && path[0] === HEARTBEAT) return;
    this.#unsaved.add(path);
  }

  /** Writes what is unsaved by now. */
  async #save(): Promise<void> {
    for (let left = this.#unsaved.size; left > 0 && this.#database; left -= BATCH) {
      const batch = this.#unsaved.take(BATCH);
      let written = false;
      try {
        await mergeEntries(this.#database, readEntries(this.#store, batch));
        written = true;
      } finally {
        this.#unsaved.done(batch, written);
      }
    }
  }

  /** The page may end at any moment. */
  #setAside(): void {
    const paths = this.#unsaved.latest(LAST_BATCH);
    if (!this.#database || paths.length === 0) return;
    try {
      setAside(this.#database, readEntries(this.#store, paths));
    } catch {
      // The next attempt to save meets the same failure, and tells of it.
    }
  }
}

const delayAfter = (failures: number): number =>
  failures === 0 ? GATHERING : exponentialBackoff(failures, FIRST_PAUSE, LONGEST_PAUSE);

const damage = (count: number): TinyHostError =>
  new TinyHostError('storage', `the offline copy has ${count} records that cannot be read`);

function failureOf(cause: unknown): TinyHostError {
  if (cause instanceof TinyHostError) return cause;
  const message =
    (cause as Error | null)?.name === 'QuotaExceededError'
      ? 'there is no room left for the offline copy'
      : 'the offline copy cannot be used at the moment';
  return new TinyHostError('storage', message, { cause });
}
