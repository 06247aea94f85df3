/** Whether two JSON values are equal. The order of members does not matter. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const ids = Object.keys(one);
  return (
    ids.length === Object.keys(other).length &&
    ids.every((id) => Object.hasOwn(other, id) && sameJson(member(one, id), member(other, id)))
  );
}

const member = (object: object, id: string): unknown => (object as Record<string, unknown>)[id];
