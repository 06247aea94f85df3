/** Rooms or receivers that are called at once. Workers keep 6 outgoing connections open at a time. */
export const AT_ONCE = 6;

/**
 * Runs a function for each item, a few at once. Returns the results in the order of the items. After
 * a failure it begins no further one, and rejects with it.
 */
export async function mapAtOnce<Item, Value>(
  items: Iterable<Item>,
  run: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const all = [...items];
  const values: Value[] = [];
  let next = 0;
  const worker = async () => {
    while (next < all.length) {
      const index = next++;
      try {
        values[index] = await run(all[index]!);
      } catch (error) {
        next = all.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return values;
}
