import type { MergeableChanges, MergeableContent, MergeableStore } from 'tinybase';
import { createCustomPersister, type Persists } from 'tinybase/persisters';
import { JSON_MARK } from '../../src/protocol/stamps.ts';

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

/**
 * Merges what `getMergeableContent` of another store has returned. Objects and arrays are encoded in
 * it first: TinyBase lists them decoded, but hashes them encoded.
 */
export async function mergeContent(
  store: MergeableStore,
  content: MergeableContent,
): Promise<void> {
  const [[tables], [values]] = content;
  const rows = Object.values(tables).flatMap(([rows]) => Object.values(rows));
  for (const [cells] of rows) encode(cells);
  encode(values);
  await mergeEncodedChanges(store, [...content, 1] as never);
}

function encode(stamps: { [id: string]: [content: unknown, ...others: unknown[]] }): void {
  for (const stamp of Object.values(stamps)) {
    const [content] = stamp;
    if (typeof content === 'object' && content !== null) {
      stamp[0] = JSON_MARK + JSON.stringify(content);
    }
  }
}
