import { areStamps, type Entry, type Path, type Stamps } from '../../sync/entries.ts';

/** The number of records to read at once: at first, at least and at most. */
const FIRST_COUNT = 50;
const MIN_COUNT = 10;
const MAX_COUNT = 200;
/** How long the page should spend on one batch. */
const TARGET_MS = 10;

export interface Batch {
  entries: Entry[];
  /** The number of records that cannot be read. */
  damaged: number;
  /** The paths for which edits were set aside. */
  unmerged: Path[];
}

/** Returns the size of the next batch, after `count` records took the page `milliseconds`. */
export function nextCount(count: number, milliseconds: number): number {
  const fitting = Math.min(count * 2, Math.floor((count * TARGET_MS) / Math.max(milliseconds, 1)));
  return Math.min(Math.max(fitting, MIN_COUNT), MAX_COUNT);
}

/** Reads all records, in batches that adapt to how fast the caller processes them. */
export async function* readBatches(database: IDBDatabase): AsyncGenerator<Batch> {
  for (const store of ['rows', 'values'] as const) {
    const length = store === 'rows' ? 2 : 1;
    let range: IDBKeyRange | undefined;
    for (let count = FIRST_COUNT; ; ) {
      const records = database.transaction(store).objectStore(store);
      // Keys first, because an unreadable record aborts the transaction.
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

/** Reads records one by one. Returns undefined for unreadable ones. */
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
