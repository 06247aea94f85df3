import { withDeadline } from '../common/deadline.ts';

/** How long to wait until a copy is erased, in milliseconds. The browser goes on by itself. */
const ERASING = 3_000;

/** An account, told apart from an earlier one of the same address. */
export interface Owner {
  email: string;
  created_at: string;
}

export const isSameOwner = (one: Owner, other: Owner): boolean =>
  one.email === other.email && one.created_at === other.created_at;

/** The name of the database with the copy of this user's store. */
export const offlineCopyName = (url: URL, { email, created_at }: Owner): string =>
  `${url} ${email} ${created_at}`;

/**
 * Deletes the copy, if there is one. Whoever still has it open, in this tab or another, lets go of
 * it. Resolves after three seconds at the latest, and never rejects.
 */
export async function eraseOfflineCopy(name: string): Promise<void> {
  try {
    const request = findIndexedDB()?.deleteDatabase(name);
    if (!request) return;
    const erased = new Promise<void>((resolve) => {
      request.onsuccess = request.onerror = () => resolve();
    });
    await withDeadline({ timeoutMs: ERASING }, () => erased);
  } catch {
    // The browser forbids databases, so there is no copy, or it goes on deleting by itself.
  }
}

/** Undefined where there is none or, as in some private modes and frames, it is forbidden. */
export function findIndexedDB(): IDBFactory | undefined {
  try {
    return globalThis.indexedDB;
  } catch {
    return undefined;
  }
}
