import { type Changes, createMiddleware, type MergeableStore } from 'tinybase';

/** Keeps writes of the app from a store, and lets those of the server in. */
interface Guard {
  isReadOnly: boolean;
  /** The changes that are being merged into the store. */
  merging: Changes | undefined;
  /** The hashes of the store after its last transaction. */
  hashes: string;
}

const guards = new WeakMap<MergeableStore, Guard>();

/**
 * Makes a store read-only for the app, or writable again. Writes of the app have no effect and no
 * stamp then, whether they come from a hook or a listener. What is merged into the store is let in.
 */
export function setReadOnly(store: MergeableStore, isReadOnly: boolean): void {
  const guard = guards.get(store) ?? addGuard(store);
  guard.isReadOnly = isReadOnly;
  guard.hashes = hashesOf(store);
}

function addGuard(store: MergeableStore): Guard {
  const guard: Guard = { isReadOnly: false, merging: undefined, hashes: '' };
  guards.set(store, guard);
  const may = (isMerged: (changes: Changes) => boolean): boolean =>
    !guard.isReadOnly || (guard.merging !== undefined && isMerged(guard.merging));
  const mayWrite = () => may(() => false);
  const middleware = createMiddleware(store);
  middleware.addWillApplyChangesCallback((changes) => {
    if (!guard.isReadOnly) return changes;
    // A merge has set the new stamps already. `applyChanges` of the app has not.
    if (hashesOf(store) === guard.hashes) return undefined;
    guard.merging = changes;
    return changes;
  });
  middleware.addWillSetCellCallback((table, row, cell, content) => {
    const isMerged = ([tables]: Changes) =>
      isPart(tables[table]?.[row], cell, content, () => tableDefaults(store)[table]?.[cell]);
    return may(isMerged) ? content : undefined;
  });
  middleware.addWillSetValueCallback((id, value) => {
    const isMerged = ([, values]: Changes) =>
      isPart(values, id, value, () => valueDefaults(store)[id]);
    return may(isMerged) ? value : undefined;
  });
  middleware.addWillDelCellCallback((table, row, cell) =>
    may(([tables]) => isDeleted(tables[table]?.[row], cell)),
  );
  middleware.addWillDelValueCallback((id) => may(([, values]) => isDeleted(values, id)));
  middleware.addWillDelRowCallback((table, row) =>
    may(([tables]) => isDeleted(tables[table], row)),
  );
  middleware.addWillDelTableCallback((table) => may(([tables]) => isDeleted(tables, table)));
  middleware.addWillDelTablesCallback(mayWrite);
  middleware.addWillDelValuesCallback(mayWrite);
  store.addDidFinishTransactionListener(() => {
    guard.merging = undefined;
    if (guard.isReadOnly) guard.hashes = hashesOf(store);
  });
  return guard;
}

const hashesOf = (store: MergeableStore): string => `${store.getMergeableContentHashes()}`;

/** What a schema says about a cell or value. */
interface Schema {
  default?: unknown;
}

const tableDefaults = (store: MergeableStore): Record<string, Record<string, Schema>> =>
  JSON.parse(store.getTablesSchemaJson());

const valueDefaults = (store: MergeableStore): Record<string, Schema> =>
  JSON.parse(store.getValuesSchemaJson());

/**
 * Whether merged changes set a cell or value: to their content, or to the default of the schema,
 * which TinyBase sets without a stamp in a new row and in place of what is deleted.
 */
function isPart(
  parts: object | undefined,
  id: string,
  content: unknown,
  schema: () => Schema | undefined,
): boolean {
  if (parts === undefined) return false;
  const merged = (parts as Record<string, unknown>)[id];
  return isSame(merged, content) || (merged === undefined && isSame(schema()?.default, content));
}

const isDeleted = (parts: object | undefined, id: string): boolean =>
  parts !== undefined && id in parts && (parts as Record<string, unknown>)[id] === undefined;

/** Whether contents are equal: objects and arrays by what they contain. */
const isSame = (one: unknown, other: unknown): boolean =>
  one !== undefined && JSON.stringify(one) === JSON.stringify(other);
