import { TinyHostError } from '../../errors.ts';
import type { Path } from '../../sync/entries.ts';
import { findIndexedDB } from './erase-copy.ts';

/** Versions 1 to 3 belonged to TinyBase's own persister and held the whole store in one record. */
const VERSION = 4;

/**
 * `rows` and `values` hold the newest known stamps of a path. Edits that a closing page had no time
 * to merge are set aside in the same object store, with one more part in their key. `meta` is
 * reserved for data that has to change in the same transaction.
 */
export const OBJECT_STORES = ['rows', 'values', 'meta'] as const;

export const objectStoreOf = (path: Path) => (path.length === 2 ? 'rows' : 'values');

export interface Opening {
  /** Whether to create a missing database. If false, opening a missing one fails permanently. */
  create: boolean;
  /** Called after the database was closed, because another tab deletes or upgrades it. */
  onClosed(): void;
}

/**
 * Opens the database with this name, without a time limit. Rejects with a `TinyHostError` if
 * another attempt cannot succeed, and with the browser's error otherwise.
 */
export function openDatabase(name: string, { create, onClosed }: Opening): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const factory = findIndexedDB();
    if (!factory) return reject(new TinyHostError('storage', 'this runtime has no IndexedDB'));
    const request = factory.open(name, VERSION);
    let permanent: string | undefined;
    request.onupgradeneeded = ({ oldVersion }) => {
      const { result: database, transaction } = request;
      if (oldVersion === 0 && !create) {
        permanent = 'the offline copy was erased';
        return transaction?.abort();
      }
      for (const outdated of [...database.objectStoreNames]) database.deleteObjectStore(outdated);
      for (const store of OBJECT_STORES) database.createObjectStore(store);
    };
    request.onerror = () => {
      const cause = request.error;
      if (cause?.name === 'VersionError') permanent = 'a newer client keeps the offline copy';
      reject(permanent ? new TinyHostError('storage', permanent, { cause }) : cause);
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onversionchange = () => {
        database.close();
        onClosed();
      };
      resolve(database);
    };
  });
}
