/** Room storage takes and returns at most this many keys in one call. */
export const KEYS_PER_CALL = 128;

/** Splits keys, or entries, into batches for one call of room storage each. */
export function* batchesOf<Item>(items: Iterable<Item>): Generator<Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < KEYS_PER_CALL) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
