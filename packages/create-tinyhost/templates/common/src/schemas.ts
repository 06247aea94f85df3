import type { Store as StoreWithSchemas, Table } from 'tinybase/with-schemas';

const tables = {
  tasks: {
    title: { type: 'string', default: '' },
    done: { type: 'boolean', default: false },
    at: { type: 'number', default: 0 },
  },
} as const;

const values = {} as const;

/** What every user's store can contain. A name or a type that is not here is a compile error. */
export const schemas = [tables, values] as const;

export type Schemas = [typeof tables, typeof values];
export type Store = StoreWithSchemas<Schemas>;
export type TaskTable = Table<Schemas[0], 'tasks'>;
