import type { MergeableStore, TablesSchema, ValuesSchema } from 'tinybase';
import type { MergeableStore as StoreWithSchemas } from 'tinybase/mergeable-store/with-schemas';
import type {
  NoSchemas,
  OptionalTablesSchema,
  OptionalValuesSchema,
  Tables,
  Values,
} from 'tinybase/store/with-schemas';
import type {
  ExportedAccount,
  AccountExport as ExportWithoutSchemas,
  StoreExport,
} from '../src/protocol/http-api/response-types.ts';

export type { NoSchemas };

/**
 * TinyBase's schemas of the tables and of the values of a store. They type the store of this app;
 * the server does not know them.
 */
export type Schemas = readonly [tables: OptionalTablesSchema, values: OptionalValuesSchema];

/** TinyBase's store, typed by the schemas if there are any. */
export type StoreOf<S extends Schemas> = NoSchemas extends S
  ? MergeableStore
  : StoreWithSchemas<[S[0], S[1]]>;

/** The content of a store as plain JSON, typed by the schemas if there are any. */
export type ContentOf<S extends Schemas = NoSchemas> = NoSchemas extends S
  ? StoreExport
  : { tables: Tables<S[0], true>; values: Values<S[1], true> };

/** `GET /export`, with the content of the store typed by the schemas if there are any. */
export type AccountExport<S extends Schemas = NoSchemas> = NoSchemas extends S
  ? ExportWithoutSchemas
  : ExportedAccount & { store: ContentOf<S> };

/** Sets the schemas of a new store. */
export function setSchemas(store: MergeableStore, [tables, values]: Schemas): void {
  // An empty schema would not be valid.
  if (Object.keys(tables).length > 0) store.setTablesSchema(tables as TablesSchema);
  if (Object.keys(values).length > 0) store.setValuesSchema(values as ValuesSchema);
}
