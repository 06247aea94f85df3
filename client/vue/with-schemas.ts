import type { Ids } from 'tinybase';
import type {
  CellOrUndefined,
  Row,
  Table,
  ValueOrUndefined,
  Values,
} from 'tinybase/store/with-schemas';
import type { MaybeRefOrGetter, ShallowRef } from 'vue';
import type { Client, Connection, Schemas, StoreOf } from '../index.ts';
import {
  useClient,
  useConnection,
  useConnectionState,
  useMembers,
  usePresence,
  useReady,
  useRole,
  useSaved,
  useSession,
  useStore,
  useStores,
} from './composables.ts';
import { useCell, useRow, useRowIds, useTable, useValue, useValues } from './store-composables.ts';

type TableId<S extends Schemas> = Exclude<keyof S[0] & string, number>;
type CellId<S extends Schemas, T extends TableId<S>> = Exclude<keyof S[0][T] & string, number>;
type ValueId<S extends Schemas> = Exclude<keyof S[1] & string, number>;
type Content<Type> = Readonly<ShallowRef<Type>>;
type Source<Id extends string> = MaybeRefOrGetter<Id>;

/** The composables, typed by the schemas of the app. */
export interface ComposablesWithSchemas<S extends Schemas> {
  useClient(): Client<S>;
  useConnection(): Content<Connection<S> | undefined>;
  useStore(): Content<StoreOf<S> | undefined>;
  useReady: typeof useReady;
  useSession: typeof useSession;
  useConnectionState: typeof useConnectionState;
  useSaved: typeof useSaved;
  useRole: typeof useRole;
  useStores: typeof useStores;
  useMembers: typeof useMembers;
  usePresence: typeof usePresence;
  useTable<T extends TableId<S>>(table: Source<T>): Content<Table<S[0], T>>;
  useRowIds(table: Source<TableId<S>>): Content<Ids>;
  useRow<T extends TableId<S>>(table: Source<T>, row: Source<string>): Content<Row<S[0], T>>;
  useCell<T extends TableId<S>, C extends CellId<S, T>>(
    table: Source<T>,
    row: Source<string>,
    cell: Source<C>,
  ): Content<CellOrUndefined<S[0], T, C> | undefined>;
  useValues(): Content<Values<S[1]>>;
  useValue<V extends ValueId<S>>(value: Source<V>): Content<ValueOrUndefined<S[1], V> | undefined>;
}

/** Returns the composables, typed by the schemas of the app. */
export const withSchemas = <S extends Schemas>() => COMPOSABLES as ComposablesWithSchemas<S>;

const COMPOSABLES: unknown = {
  useClient,
  useConnection,
  useStore,
  useReady,
  useSession,
  useConnectionState,
  useMembers,
  useSaved,
  useRole,
  useStores,
  usePresence,
  useTable,
  useRowIds,
  useRow,
  useCell,
  useValues,
  useValue,
};
