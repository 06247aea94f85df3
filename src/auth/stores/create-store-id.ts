/** Creates the id of a shared store (see `isStoreId`): 118 random bits. */
export function createStoreId(): string {
  const uuid = crypto.randomUUID();
  return `${uuid.slice(0, 14)}8${uuid.slice(15)}`;
}
