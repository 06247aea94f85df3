import type { Cell, Id, Ids, Row, Store, Table, Value, Values } from 'tinybase';
import { type MaybeRefOrGetter, type ShallowRef, shallowRef, toValue, watchEffect } from 'vue';
import { useStore } from './composables.ts';

/**
 * The content of the store as refs. Ids can be refs or getters. While nobody is signed in, there is
 * no content.
 */

type IdSource = MaybeRefOrGetter<Id>;
type Content<Type> = Readonly<ShallowRef<Type>>;

/** Returns a table; {} if it does not exist. */
export const useTable = (table: IdSource): Content<Table> =>
  useContent<Table, [Id]>({}, [table], {
    read: (store, ...ids) => store.getTable(...ids),
    listen: (store, listener, ids) => store.addTableListener(...ids, listener),
  });

/** Returns the ids of the rows of a table, in the order of their creation. */
export const useRowIds = (table: IdSource): Content<Ids> =>
  useContent<Ids, [Id]>([], [table], {
    read: (store, ...ids) => store.getRowIds(...ids),
    listen: (store, listener, ids) => store.addRowIdsListener(...ids, listener),
  });

/** Returns a row; {} if it does not exist. */
export const useRow = (table: IdSource, row: IdSource): Content<Row> =>
  useContent<Row, [Id, Id]>({}, [table, row], {
    read: (store, ...ids) => store.getRow(...ids),
    listen: (store, listener, ids) => store.addRowListener(...ids, listener),
  });

/** Returns a cell; undefined if it does not exist. */
export const useCell = (
  table: IdSource,
  row: IdSource,
  cell: IdSource,
): Content<Cell | undefined> =>
  useContent<Cell | undefined, [Id, Id, Id]>(undefined, [table, row, cell], {
    read: (store, ...ids) => store.getCell(...ids),
    listen: (store, listener, ids) => store.addCellListener(...ids, listener),
  });

/** Returns all values. */
export const useValues = (): Content<Values> =>
  useContent<Values, []>({}, [], {
    read: (store) => store.getValues(),
    listen: (store, listener) => store.addValuesListener(listener),
  });

/** Returns a value; undefined if it does not exist. */
export const useValue = (value: IdSource): Content<Value | undefined> =>
  useContent<Value | undefined, [Id]>(undefined, [value], {
    read: (store, ...ids) => store.getValue(...ids),
    listen: (store, listener, ids) => store.addValueListener(...ids, listener),
  });

interface Access<Type, Path extends Id[]> {
  read(store: Store, ...ids: Path): Type;
  /** Returns the id of the listener. */
  listen(store: Store, listener: () => void, ids: Path): Id;
}

function useContent<Type, Path extends Id[]>(
  missing: Type,
  sources: IdSource[],
  { read, listen }: Access<Type, Path>,
): Content<Type> {
  const store = useStore();
  const content = shallowRef(missing);
  watchEffect(
    (onCleanup) => {
      const ids = sources.map((source) => toValue(source)) as Path;
      const from: Store | undefined = store.value;
      content.value = from ? read(from, ...ids) : missing;
      if (!from) return;
      const update = () => {
        content.value = read(from, ...ids);
      };
      const listener = listen(from, update, ids);
      onCleanup(() => from.delListener(listener));
    },
    { flush: 'sync' },
  );
  return content;
}
