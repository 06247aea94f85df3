import { withDeadline } from '../common/deadline.ts';

/** The browser goes on deleting after this time. */
const ERASE_TIMEOUT_MS = 3_000;

/**
 * Deletes an offline copy, if it exists. All tabs that have it open close it. Resolves after at
 * most three seconds, and never rejects.
 */
export async function eraseOfflineCopy(name: string): Promise<void> {
  try {
    const request = findIndexedDB()?.deleteDatabase(name);
    if (!request) return;
    const erased = new Promise<void>((resolve) => {
      request.onsuccess = request.onerror = () => resolve();
    });
    await withDeadline({ timeoutMs: ERASE_TIMEOUT_MS }, () => erased);
  } catch {
    // If the browser forbids databases, no copy exists. After a timeout it goes on deleting.
  }
}

/** Undefined if the runtime has no IndexedDB, or forbids it as in some private modes and frames. */
export function findIndexedDB(): IDBFactory | undefined {
  try {
    return globalThis.indexedDB;
  } catch {
    return undefined;
  }
}
