import type { MergeableStore } from 'tinybase';
import { watchPause } from '../common/runtime-events.ts';
import { TinyHostError } from '../errors.ts';
import { isHeartbeat, type Path, pathsOf, readEntries } from '../sync/entries.ts';
import type { ResumePoint, StoredResumePoint } from '../sync/resume/resume-point.ts';
import { CopyLoader } from './copy-loader.ts';
import { openDatabase } from './indexed-db/open-database.ts';
import { mergeEntries, setAside } from './indexed-db/write-entries.ts';
import { saveDelay, unusableCopy } from './offline-copy.ts';
import { readResumePoint } from './stored-resume-point.ts';
import { UnsavedPaths } from './unsaved-paths.ts';

/** The most rows and values in one transaction; larger ones could block the page. */
const MAX_BATCH = 200;
/** The most rows and values to write while the page is being closed. */
const MAX_LAST_BATCH = 1_000;

/** Keeps a copy of a store in IndexedDB, which it shares with other tabs. */
export class CopyWriter {
  readonly #store: MergeableStore;
  readonly #name: string;
  readonly #point: ResumePoint;
  readonly #onStatus: (error: TinyHostError | undefined) => void;
  readonly #loader: CopyLoader;
  readonly #unsaved = new UnsavedPaths();
  readonly #cleanUp: (() => void)[];
  /** Resolves after the first attempt to merge the copy into the store. It never rejects. */
  readonly loaded: Promise<void>;
  #onLoaded: () => void = () => undefined;
  #isLoaded = false;
  /** The cursor that is stored; it must not be later than the stored content. */
  #storedCursor: string | undefined;
  #isPointUnsaved = false;
  #database: IDBDatabase | undefined;
  /** Whether the database was open before. If it no longer exists, it was erased on purpose. */
  #wasOpen = false;
  #running: Promise<void> | undefined;
  #timeout: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isStopped = false;

  /** `onStatus` is called with each failure, and with undefined when saving works again. */
  constructor(
    store: MergeableStore,
    name: string,
    point: ResumePoint,
    onStatus: (error: TinyHostError | undefined) => void,
  ) {
    this.#store = store;
    this.#name = name;
    this.#point = point;
    this.#loader = new CopyLoader(store);
    point.isOld = (entry) => this.#loader.isFromCopy(entry);
    point.onChange = () => this.#onPointChange();
    this.#onStatus = onStatus;
    this.loaded = new Promise((resolve) => {
      this.#onLoaded = resolve;
    });
    const listener = store.addDidFinishTransactionListener(() => this.#onTransaction());
    this.#cleanUp = [() => store.delListener(listener), watchPause(() => this.#setAside())];
    for (const path of pathsOf(store)) this.#add(path);
    this.#start();
  }

  /** Writes all unsaved edits and closes the database. */
  async stop(): Promise<void> {
    if (!this.#isStopped) {
      this.#end();
      if (!this.#database && this.#unsaved.size > 0) this.#start();
      // Without delay, so that the next one to open the copy finds everything in it.
      await Promise.allSettled([this.#save(), this.#running]);
    }
    this.#close();
  }

  #end(): void {
    this.#isStopped = true;
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
      if (this.#unsaved.size > 0 || this.#isPointUnsaved || this.#failures > 0) this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isStopped || this.#running || this.#timeout !== undefined) return;
    this.#timeout = setTimeout(() => this.#start(), saveDelay(this.#failures));
  }

  async #run(): Promise<void> {
    try {
      await this.#open();
      const damaged = await this.#load();
      this.#onLoaded();
      await this.#save();
      this.#failures = 0;
      this.#report(damaged > 0 ? damageError(damaged) : undefined);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    this.#onLoaded();
    // After a failure the database may be unusable, although the browser does not say so.
    this.#close();
    this.#failures += 1;
    this.#report(savingError(cause));
    if (cause instanceof TinyHostError && !this.#isStopped) this.#end();
  }

  #report(error: TinyHostError | undefined): void {
    if (!this.#isStopped) this.#onStatus(error);
  }

  async #open(): Promise<void> {
    if (this.#database) return;
    const create = !this.#wasOpen;
    const onClosed = () => {
      if (this.#isStopped) return;
      this.#database = undefined;
      this.#report(new TinyHostError('storage', 'the offline copy was erased or replaced'));
      this.#end();
    };
    this.#database = await openDatabase(this.#name, { create, onClosed });
    this.#wasOpen = true;
  }

  /** Merges the copy into the store once. Resolves with the number of damaged records. */
  async #load(): Promise<number> {
    if (this.#isLoaded || this.#isStopped) return 0;
    // First: another tab may write later content, with its cursor, while this one reads.
    const point = await readResumePoint(this.#database!);
    const damaged = await this.#loader.load(this.#database!, {
      onUnmerged: (path) => this.#add(path),
      isStopped: () => this.#isStopped,
    });
    this.#isLoaded = damaged !== undefined;
    this.#storedCursor = point?.cursor;
    if (damaged === 0 && point) this.#point.restore(point);
    return damaged ?? 0;
  }

  #onTransaction(): void {
    const changes = this.#store.getTransactionMergeableChanges();
    for (const path of this.#loader.pathsToSave(changes)) this.#add(path);
    if (this.#unsaved.size > 0) this.#schedule();
  }

  #onPointChange(): void {
    if (this.#point.cursor === undefined) return;
    this.#isPointUnsaved = true;
    if (this.#isLoaded) this.#schedule();
  }

  #add(path: Path): void {
    if (!isHeartbeat(path)) this.#unsaved.add(path);
  }

  /** Writes all paths that are unsaved at the start, in batches, and the resume point. */
  async #save(): Promise<void> {
    let left = this.#unsaved.size;
    while ((left > 0 || this.#isPointUnsaved) && this.#database) {
      const batch = this.#unsaved.take(MAX_BATCH);
      let written = false;
      try {
        await this.#write(this.#database, batch);
        written = true;
      } finally {
        this.#unsaved.done(batch, written);
      }
      left -= MAX_BATCH;
    }
  }

  /** Writes paths in one transaction with the resume point. */
  async #write(database: IDBDatabase, paths: Path[]): Promise<void> {
    const point = this.#pointToStore(this.#unsaved.size === 0);
    this.#isPointUnsaved = false;
    try {
      await mergeEntries(database, readEntries(this.#store, paths), point);
      this.#storedCursor = point?.cursor;
    } catch (error) {
      this.#isPointUnsaved = true;
      throw error;
    }
  }

  /** The stored cursor stays as it is until everything up to the present one is stored. */
  #pointToStore(isComplete: boolean): StoredResumePoint | undefined {
    const point = this.#point.toStored();
    const cursor = isComplete ? point?.cursor : this.#storedCursor;
    return point && cursor !== undefined ? { ...point, cursor } : undefined;
  }

  /** Writes the latest edits without reading, because the page may end at any moment. */
  #setAside(): void {
    const paths = this.#unsaved.latest(MAX_LAST_BATCH);
    if (!this.#database || paths.length === 0) return;
    try {
      setAside(this.#database, readEntries(this.#store, paths), this.#pointToStore(false));
    } catch {
      // The next attempt to save fails in the same way and reports it.
    }
  }
}

const damageError = (count: number): TinyHostError =>
  new TinyHostError('storage', `the offline copy has ${count} records that cannot be read`);

function savingError(cause: unknown): TinyHostError {
  if (cause instanceof TinyHostError) return cause;
  if ((cause as Error | null)?.name !== 'QuotaExceededError') return unusableCopy(cause);
  return new TinyHostError('storage', 'there is no room left for the offline copy', { cause });
}
