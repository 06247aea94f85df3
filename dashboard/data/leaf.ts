/** The place of a cell or a value in a store. */
export type Leaf =
  | { kind: 'cell'; table: string; row: string; cell: string }
  | { kind: 'value'; value: string };

/** Its path in the REST view. */
export const pathOfLeaf = (leaf: Leaf): string[] =>
  leaf.kind === 'value' ? ['values', leaf.value] : ['tables', leaf.table, leaf.row, leaf.cell];

/** Whether two pieces of JSON are the same. The order of an object's keys does not matter. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) => Object.hasOwn(other, key) && isSame(Reflect.get(one, key), Reflect.get(other, key)),
    )
  );
}
