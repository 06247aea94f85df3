import type { RoomStorage } from '../../platform.ts';
import { isKeptAfterDeletion } from './stored-store.ts';

/** Entries that are read at once. Each has up to 120 kB. */
const ENTRIES = 32;

/** Removes everything of a deleted store, except that it was deleted and who has to be told. */
export async function eraseContent(storage: RoomStorage): Promise<void> {
  for (let start = ''; ; ) {
    const keys = [...(await storage.list({ start, limit: ENTRIES })).keys()];
    const erased = keys.filter((key) => !isKeptAfterDeletion(key));
    if (erased.length > 0) await storage.delete(erased);
    if (keys.length < ENTRIES) return;
    start = `${keys.at(-1)}\0`;
  }
}
