import { TinyHostError } from '../errors.ts';
import { findIndexedDB } from './erase-copy.ts';
import { areStamps, type Entry, newest, type Path, type Stamps } from './records.ts';

/** Versions 1 to 3 were TinyBase's own persister's, and held the whole store in one record. */
const VERSION = 4;
/** How long one transaction may take, in milliseconds. */
const TRANSACTION = 30_000;
/** How many records to read at once: first, and at least and at most. */
const FIRST_COUNT = 50;
const COUNTS = [10, 200] as const;
/** How long the page may be busy with what was read at once, in milliseconds. */
const BUSY = 10;

/**
 * `rows` and `values` hold the newest known stamps under the path. What a page that went away had
 * no time to merge is there too, under the path and a part more. `meta` is for whatever has to
 * change together with them.
 */
const STORES = ['rows', 'values', 'meta'] as const;

const storeOf = (path: Path) => (path.length === 2 ? 'rows' : 'values');

/** The path and everything set aside for it; arrays come after all texts. */
const rangeOf = (path: Path): IDBKeyRange => IDBKeyRange.bound(path, [...path, []]);

export interface Opening {
  /** Whether to make the database if there is none. If not, opening it is refused for good. */
  create: boolean;
  /** Called when somebody deletes the database or needs another version of it: it is closed. */
  onTaken(): void;
}

/**
 * Opens the database of this name, however long that takes. Rejects with a TinyHostError where
 * trying again is of no use.
 */
export function openDatabase(name: string, { create, onTaken }: Opening): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const factory = findIndexedDB();
    if (!factory) return reject(new TinyHostError('storage', 'this runtime has no IndexedDB'));
    const request = factory.open(name, VERSION);
    let lasting: string | undefined;
    request.onupgradeneeded = ({ oldVersion }) => {
      const { result: database, transaction } = request;
      if (oldVersion === 0 && !create) {
        lasting = 'the offline copy was erased';
        return transaction?.abort();
      }
      for (const former of [...database.objectStoreNames]) database.deleteObjectStore(former);
      for (const store of STORES) database.createObjectStore(store);
    };
    request.onerror = () => {
      const cause = request.error;
      if (cause?.name === 'VersionError') lasting = 'a newer client keeps the offline copy';
      reject(lasting ? new TinyHostError('storage', lasting, { cause }) : cause);
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onversionchange = () => {
        database.close();
        onTaken();
      };
      resolve(database);
    };
  });
}

/** Merges these entries, one for each path, with what is kept, all of them or none. */
export function mergeEntries(database: IDBDatabase, entries: Entry[]): Promise<void> {
  const transaction = database.transaction(STORES, 'readwrite');
  for (const entry of entries) mergeEntry(transaction.objectStore(storeOf(entry.path)), entry);
  return committed(transaction);
}

function mergeEntry(records: IDBObjectStore, { path, stamps }: Entry): void {
  const put = (kept: unknown[]) => {
    const merged = newest([...kept.filter(areStamps), stamps]);
    const [first] = kept;
    const isSame = areStamps(first) && Object.keys(merged).every((id) => merged[id] === first[id]);
    if (kept.length > 1) records.delete(rangeOf(path));
    if (kept.length !== 1 || !isSame) records.put(merged, path);
  };
  const request = records.getAll(rangeOf(path));
  request.onsuccess = () => put(request.result);
  request.onerror = (event) => {
    // A record that cannot be read must not keep the others from being written.
    event.preventDefault();
    event.stopPropagation();
    put([]);
  };
}

/**
 * Writes entries without reading first, so that nothing remains to be done in a page that may end
 * at any moment. They are merged when their paths are written next.
 */
export function setAside(database: IDBDatabase, entries: Entry[]): void {
  const transaction = database.transaction(STORES, 'readwrite');
  const part = `${Date.now()} ${Math.random()}`;
  for (const { path, stamps } of entries) {
    transaction.objectStore(storeOf(path)).put(stamps, [...path, part]);
  }
  transaction.commit?.();
}

export interface Batch {
  entries: Entry[];
  /** How many records cannot be read. */
  damaged: number;
  /** The paths that have something set aside. */
  unmerged: Path[];
}

/** How many records to read next, after so many have kept the page busy for so long. */
export function nextCount(count: number, milliseconds: number): number {
  const fitting = Math.min(count * 2, Math.floor((count * BUSY) / Math.max(milliseconds, 1)));
  return Math.min(Math.max(fitting, COUNTS[0]), COUNTS[1]);
}

/** Reads everything, as many records at a time as whoever takes them is quick to deal with. */
export async function* readBatches(database: IDBDatabase): AsyncGenerator<Batch> {
  for (const store of ['rows', 'values'] as const) {
    const length = store === 'rows' ? 2 : 1;
    let range: IDBKeyRange | undefined;
    for (let count = FIRST_COUNT; ; ) {
      const records = database.transaction(store).objectStore(store);
      // In this order: a failure to read a record ends the transaction.
      const listing = done(records.getAllKeys(range, count));
      const reading = done(records.getAll(range, count)).catch(() => undefined);
      const keys = await listing;
      const found = (await reading) ?? (await readEach(database, store, keys));
      const start = performance.now();
      yield batchOf(keys as string[][], found, length);
      if (keys.length < count) break;
      range = IDBKeyRange.lowerBound(keys.at(-1), true);
      count = nextCount(count, performance.now() - start);
    }
  }
}

function batchOf(keys: string[][], records: unknown[], length: number): Batch {
  const paths = keys.map((key) => key.slice(0, length) as Path);
  const entries = paths.flatMap((path, index): Entry[] => {
    const stamps = records[index];
    return areStamps(stamps) ? [{ path, stamps }] : [];
  });
  const unmerged = paths.filter((_, index) => keys[index]!.length > length);
  return { entries, damaged: keys.length - entries.length, unmerged };
}

/** Reads records one by one; undefined stands for those that cannot be read. */
async function readEach(
  database: IDBDatabase,
  store: string,
  keys: IDBValidKey[],
): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const key of keys) {
    const request = database.transaction(store).objectStore(store).get(key);
    found.push(await done<Stamps>(request).catch(() => undefined));
  }
  return found;
}

const done = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Rejects when a transaction is aborted, which may happen after all its requests succeeded. */
function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      reject(new Error('IndexedDB does not answer'));
      try {
        transaction.abort();
      } catch {
        // It is being committed, and may yet succeed.
      }
    }, TRANSACTION);
    transaction.oncomplete = () => {
      clearTimeout(timeout);
      resolve();
    };
    transaction.onabort = () => {
      clearTimeout(timeout);
      reject(transaction.error);
    };
  });
}
