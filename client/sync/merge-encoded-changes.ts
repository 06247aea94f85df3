import type { MergeableChanges, MergeableStore } from 'tinybase';
import { createCustomPersister, type Persists } from 'tinybase/persisters';

/**
 * Merges changes whose objects and arrays are encoded the way TinyBase stores them.
 * `applyMergeableChanges` only accepts decoded ones and then hashes them differently, so the hashes
 * of the store would never match the server's. A persister is the public way to apply encoded
 * changes. TinyBase ignores all of the changes if it refuses one. Rejects if TinyBase throws.
 */
export async function mergeEncodedChanges(
  store: MergeableStore,
  changes: MergeableChanges,
): Promise<void> {
  const errors: unknown[] = [];
  const persister = createCustomPersister<undefined, Persists.MergeableStoreOnly>(
    store,
    async () => changes as never,
    async () => undefined,
    () => undefined,
    () => undefined,
    (error) => errors.push(error),
    2 as Persists.MergeableStoreOnly,
  );
  await persister.load();
  await persister.destroy();
  if (errors.length > 0) throw errors[0];
}
