import type { MergeableChanges, MergeableStore } from 'tinybase';
import { createCustomPersister, type Persists } from 'tinybase/persisters';

/**
 * Merges changes whose objects and arrays are still encoded, as they are within TinyBase. Its
 * `applyMergeableChanges` takes them decoded only, and gives them another hash than they have
 * where they come from, so that the store would never agree with the server's. A persister is the
 * public way to have encoded changes applied. TinyBase ignores all of them if it refuses one.
 */
export async function mergeEncoded(
  store: MergeableStore,
  changes: MergeableChanges,
): Promise<void> {
  const failures: unknown[] = [];
  const persister = createCustomPersister<undefined, Persists.MergeableStoreOnly>(
    store,
    async () => changes as never,
    async () => undefined,
    () => undefined,
    () => undefined,
    (failure) => failures.push(failure),
    2 as Persists.MergeableStoreOnly,
  );
  await persister.load();
  await persister.destroy();
  if (failures.length > 0) throw failures[0];
}
