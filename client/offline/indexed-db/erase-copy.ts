import { withDeadline } from '../../common/deadline.ts';
import { TinyHostError } from '../../errors.ts';
import { persisterName } from '../copy-owner.ts';
import type { OfflineCopy } from '../offline-copy.ts';

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

/**
 * Deletes the offline copy with this name, and has the app erase the copy that its persister keeps
 * (`erase`), after those of `copies` have stopped saving. Never rejects. Reports a failure.
 */
export async function eraseCopies(
  name: string,
  copies: Iterable<OfflineCopy>,
  erase: ((name: string) => void | Promise<void>) | undefined,
  report: (error: TinyHostError) => void,
): Promise<void> {
  const erased = eraseOfflineCopy(name);
  if (erase) {
    try {
      await Promise.all([...copies].map((copy) => copy.name === name && copy.stop()));
      await withDeadline({ timeoutMs: ERASE_TIMEOUT_MS }, async () => erase(persisterName(name)));
    } catch (cause) {
      report(new TinyHostError('storage', 'the offline copy could not be erased', { cause }));
    }
  }
  await erased;
}

/** Undefined if the runtime has no IndexedDB, or forbids it as in some private modes and frames. */
export function findIndexedDB(): IDBFactory | undefined {
  try {
    return globalThis.indexedDB;
  } catch {
    return undefined;
  }
}
