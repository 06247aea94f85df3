import { createMergeableStore, type MergeableStore } from 'tinybase';
import { afterEach, beforeEach, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest';
import { type AccountExport, type Client, createClient } from '../../../../client/index.ts';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

// The type check of the repository verifies the types in this file.

const TABLES = {
  tasks: { title: { type: 'string' }, done: { type: 'boolean', default: false } },
} as const;
const VALUES = { theme: { type: 'string' } } as const;
type AppSchemas = [typeof TABLES, typeof VALUES];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('schemas type the store of a connection', async () => {
  const connection = new FakeNetwork().client({ schemas: [TABLES, VALUES] }).connect();
  onTestFinished(() => connection.close());
  const { store } = connection;
  expectTypeOf(store.getCell('tasks', 'one', 'done')).toEqualTypeOf<boolean>();
  expectTypeOf(store.getValue('theme')).toEqualTypeOf<string | undefined>();
  // @ts-expect-error the schemas have no such cell
  store.setCell('tasks', 'one', 'dnoe', true);
  // @ts-expect-error the cell is a boolean
  store.setCell('tasks', 'one', 'done', 'yes');
  // @ts-expect-error the schemas have no such table
  store.setCell('taks', 'one', 'done', true);
  // @ts-expect-error the schemas have no such value
  store.setValue('thme', 'dark');
  store.setCell('tasks', 'one', 'done', true);
  expect(store.getContent()).toEqual([{ tasks: { one: { done: true } } }, {}]);
});

test('a type argument types the store without any schema at run time', () => {
  const typed = (url: string) => createClient<AppSchemas>({ url, namespace: 'todo' });
  type TypedStore = ReturnType<ReturnType<typeof typed>['connect']>['store'];
  expectTypeOf<Parameters<TypedStore['delTable']>[0]>().toEqualTypeOf<'tasks'>();
  const schemas = [TABLES, VALUES] as const;
  const tuple = (url: string) => createClient<typeof schemas>({ url, namespace: 'todo' });
  type TupleStore = ReturnType<ReturnType<typeof tuple>['connect']>['store'];
  expectTypeOf<TupleStore>().toEqualTypeOf<TypedStore>();
  const store = typed('http://fake').connect;
  // @ts-expect-error a store without these schemas
  expect(() => store(createMergeableStore())).toThrow('nobody is signed in');
});

test('schemas type the export of an account', () => {
  type Store = AccountExport<AppSchemas>['store'];
  expectTypeOf<Store['tables']['tasks']>().toEqualTypeOf<
    { [id: string]: { title?: string; done?: boolean } } | undefined
  >();
  expectTypeOf<Store['values']>().toEqualTypeOf<{ theme?: string }>();
  expectTypeOf<Client<AppSchemas>['exportAccount']>().returns.resolves.toEqualTypeOf<
    AccountExport<AppSchemas>
  >();
});

test('without schemas, stores and exports are as TinyBase types them', () => {
  type Untyped = ReturnType<Client['connect']>['store'];
  expectTypeOf<Untyped>().toEqualTypeOf<MergeableStore>();
  expectTypeOf<AccountExport['store']['values']>().toEqualTypeOf<Record<string, unknown>>();
  const client = createClient({ url: 'http://fake', namespace: 'todo', storage: null });
  expectTypeOf(client).toEqualTypeOf<Client>();
  expect(client.currentSession).toBeUndefined();
});

test('the schemas are set on the store that a connection creates, and heartbeats still arrive', async () => {
  const network = new FakeNetwork();
  const connection = network.client({ schemas: [TABLES, VALUES] }).connect();
  onTestFinished(() => connection.close());
  await pass(1);
  network.write((store) => store.setCell('tasks', 'one', 'title', 'from another device'));
  network.beat();
  await pass(1);
  expect(connection.store.getContent()).toEqual([
    { tasks: { one: { title: 'from another device', done: false } } },
    {},
  ]);
  expect(connection.state).toMatchObject({ status: 'online', heartbeatAt: expect.any(Number) });
});

test('tables and values without a schema stay open', () => {
  const connection = new FakeNetwork().client({ schemas: [{}, VALUES] }).connect();
  onTestFinished(() => connection.close());
  const { store } = connection;
  store.setValue('theme', 'dark');
  (store as unknown as MergeableStore).setCell('any', 'row', 'cell', 1).setValue('other', 1);
  expect(store.getContent()).toEqual([{ any: { row: { cell: 1 } } }, { theme: 'dark' }]);
});
