import { areStamps, type Entry, newest, type Path } from '../../sync/entries.ts';
import type { StoredResumePoint } from '../../sync/resume/resume-point.ts';
import { writeResumePoint } from '../stored-resume-point.ts';
import { OBJECT_STORES, objectStoreOf } from './open-database.ts';

const TRANSACTION_TIMEOUT_MS = 30_000;

/**
 * The key of a path, and all keys of edits that were set aside for it: arrays sort after strings.
 */
const rangeOf = (path: Path): IDBKeyRange => IDBKeyRange.bound(path, [...path, []]);

/**
 * Merges entries, at most one for each path, into the stored records, and replaces the resume point,
 * in one transaction. Rejects if the transaction fails. Also rejects after 30 seconds, although it
 * may still succeed then.
 */
export function mergeEntries(
  database: IDBDatabase,
  entries: Entry[],
  point: StoredResumePoint | undefined,
): Promise<void> {
  const transaction = database.transaction(OBJECT_STORES, 'readwrite');
  writeResumePoint(transaction, point);
  for (const entry of entries)
    mergeEntry(transaction.objectStore(objectStoreOf(entry.path)), entry);
  return committed(transaction);
}

function mergeEntry(records: IDBObjectStore, { path, stamps }: Entry): void {
  const put = (stored: unknown[]) => {
    const merged = newest([...stored.filter(areStamps), stamps]);
    const [first] = stored;
    const isSame = areStamps(first) && Object.keys(merged).every((id) => merged[id] === first[id]);
    if (stored.length > 1) records.delete(rangeOf(path));
    if (stored.length !== 1 || !isSame) records.put(merged, path);
  };
  const request = records.getAll(rangeOf(path));
  request.onsuccess = () => put(request.result);
  request.onerror = (event) => {
    // An unreadable record must not prevent the other records from being written.
    event.preventDefault();
    event.stopPropagation();
    put([]);
  };
}

/**
 * Writes entries without reading first, because the page may end at any moment. They are merged
 * when their paths are written next.
 */
export function setAside(
  database: IDBDatabase,
  entries: Entry[],
  point: StoredResumePoint | undefined,
): void {
  const transaction = database.transaction(OBJECT_STORES, 'readwrite');
  writeResumePoint(transaction, point);
  const part = `${Date.now()} ${Math.random()}`;
  for (const { path, stamps } of entries) {
    transaction.objectStore(objectStoreOf(path)).put(stamps, [...path, part]);
  }
  transaction.commit?.();
}

/** Resolves after the commit. A transaction can still abort after all of its requests succeeded. */
function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      reject(new Error('IndexedDB does not respond'));
      try {
        transaction.abort();
      } catch {
        // The transaction is already committing, and may still succeed.
      }
    }, TRANSACTION_TIMEOUT_MS);
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
