import type { Accessor } from 'solid-js';
import type { Readable } from 'svelte/store';
import type { MergeableStore } from 'tinybase';
import { createMergeableStore } from 'tinybase/with-schemas';
import { expect, expectTypeOf, test } from 'vitest';
import { createApp, defineComponent, type ShallowRef } from 'vue';
import type {
  Client,
  Connection,
  Member,
  Membership,
  PresentDevice,
  Role,
  Stores,
} from '../../../client/index.ts';
import * as react from '../../../client/react/index.tsx';
import * as solid from '../../../client/solid/index.ts';
import * as svelte from '../../../client/svelte/index.ts';
import * as vue from '../../../client/vue/index.ts';
import { FakeNetwork } from '../../helpers/simulated-client/fake-network.ts';

// The type check of the repository verifies the types in this file.

const TABLES = { tasks: { title: { type: 'string' }, done: { type: 'boolean' } } } as const;
const VALUES = { theme: { type: 'string', default: 'light' } } as const;
type AppSchemas = [typeof TABLES, typeof VALUES];
type AppClient = Client<AppSchemas>;
type AppConnection = Connection<AppSchemas>;

test('hooks of React, primitives of Solid and stores of Svelte are typed by schemas', () => {
  expectTypeOf(react.useClient<AppSchemas>).returns.toEqualTypeOf<AppClient>();
  expectTypeOf(react.useConnection<AppSchemas>).returns.toEqualTypeOf<AppConnection | undefined>();
  expectTypeOf(solid.useClient<AppSchemas>).returns.toEqualTypeOf<AppClient>();
  expectTypeOf(solid.useConnection<AppSchemas>).returns.toEqualTypeOf<
    Accessor<AppConnection | undefined>
  >();
  type AppStore = AppConnection['store'];
  type Host = ReturnType<typeof svelte.getTinyHost<AppSchemas>>;
  expectTypeOf<Host['store']>().toEqualTypeOf<Readable<AppStore | undefined>>();
  // @ts-expect-error the schemas have no such cell
  const misspell = (store: AppStore) => store.setCell('tasks', 'one', 'dnoe', true);
  expectTypeOf(misspell).toBeFunction();
});

test('providers take a client with schemas, and a store with the same schemas', () => {
  const client = new FakeNetwork().client({ schemas: [TABLES, VALUES] });
  const makeStore = () => createMergeableStore().setSchema(TABLES, VALUES);
  expectTypeOf(react.TinyHostProvider<AppSchemas>).toBeCallableWith({ client, makeStore });
  expectTypeOf(vue.provideTinyHost<AppSchemas>).toBeCallableWith({ client, makeStore });
  expectTypeOf(svelte.setTinyHost<AppSchemas>).toBeCallableWith({ client, makeStore });
  expectTypeOf(solid.TinyHostProvider<AppSchemas>).toBeCallableWith({ client, makeStore });
  expect(makeStore().getValues()).toEqual({ theme: 'light' });
});

test('composables of Vue are typed by schemas', () => {
  const network = new FakeNetwork();
  const app = createApp(
    defineComponent(() => {
      vue.provideTinyHost({ client: network.client({ schemas: [TABLES, VALUES] }) });
      const { useCell, useRow, useStore, useValue } = vue.withSchemas<AppSchemas>();
      const done = useCell('tasks', () => 'one', 'done');
      expectTypeOf(done).toEqualTypeOf<Readonly<ShallowRef<boolean | undefined>>>();
      expectTypeOf(useRow('tasks', 'one').value.title).toEqualTypeOf<string | undefined>();
      expectTypeOf(useValue('theme').value).toEqualTypeOf<string | undefined>();
      // @ts-expect-error the schemas have no such cell
      useCell('tasks', 'one', 'dnoe');
      // @ts-expect-error the schemas have no such table
      useRow('taks', 'one');
      const store = useStore();
      // @ts-expect-error the cell is a boolean
      store.value?.setCell('tasks', 'one', 'done', 'yes');
      return () => done.value;
    }),
  );
  app.mount(document.createElement('div'));
  app.unmount();
});

test('whether the session is known is a boolean, in the idiom of each framework', () => {
  expectTypeOf(react.useReady).returns.toEqualTypeOf<boolean>();
  expectTypeOf(vue.useReady).returns.toEqualTypeOf<Readonly<ShallowRef<boolean>>>();
  expectTypeOf(solid.useReady).returns.toEqualTypeOf<Accessor<boolean>>();
  expectTypeOf<svelte.TinyHost['ready']>().toEqualTypeOf<Readable<boolean>>();
});

test('roles and shared stores are typed, in the idiom of each framework', () => {
  type List = readonly Membership[] | undefined;
  expectTypeOf<AppClient['stores']>().toEqualTypeOf<Stores>();
  expectTypeOf<ReturnType<Stores['create']>>().resolves.toEqualTypeOf<Membership>();
  expectTypeOf<AppConnection['role']>().toEqualTypeOf<Role | undefined>();
  expectTypeOf<Role>().toEqualTypeOf<'owner' | 'editor' | 'viewer'>();
  expectTypeOf(react.useRole).returns.toEqualTypeOf<Role | undefined>();
  expectTypeOf(react.useStores).returns.toEqualTypeOf<List>();
  expectTypeOf(vue.useRole).returns.toEqualTypeOf<Readonly<ShallowRef<Role | undefined>>>();
  expectTypeOf(vue.useStores).returns.toEqualTypeOf<Readonly<ShallowRef<List>>>();
  expectTypeOf(solid.useRole).returns.toEqualTypeOf<Accessor<Role | undefined>>();
  expectTypeOf(solid.useStores).returns.toEqualTypeOf<Accessor<List>>();
  type Members = readonly Member[] | undefined;
  expectTypeOf(react.useMembers).returns.toEqualTypeOf<Members>();
  expectTypeOf(vue.useMembers).returns.toEqualTypeOf<Readonly<ShallowRef<Members>>>();
  expectTypeOf(solid.useMembers).returns.toEqualTypeOf<Accessor<Members>>();
  expectTypeOf<svelte.TinyHost['members']>().toEqualTypeOf<Readable<Members>>();
  expectTypeOf<svelte.TinyHost['role']>().toEqualTypeOf<Readable<Role | undefined>>();
  expectTypeOf<svelte.TinyHost['stores']>().toEqualTypeOf<Readable<List>>();
});

test('the presence of an app is typed by what the app sets', () => {
  type Cursor = { x: number };
  type Others = readonly PresentDevice<Cursor>[];
  type Set = (data: Cursor | null) => void;
  expectTypeOf<AppConnection['presence']['others']>().toEqualTypeOf<readonly PresentDevice[]>();
  expectTypeOf(react.usePresence<Cursor>).returns.toEqualTypeOf<{
    readonly others: Others;
    readonly set: Set;
  }>();
  type OfVue = ReturnType<typeof vue.usePresence<Cursor>>;
  expectTypeOf<OfVue['others']>().toEqualTypeOf<Readonly<ShallowRef<Others>>>();
  type OfSolid = ReturnType<typeof solid.usePresence<Cursor>>;
  expectTypeOf<OfSolid['others']>().toEqualTypeOf<Accessor<Others>>();
  type OfSvelte = svelte.TinyHost<AppSchemas, Cursor>;
  expectTypeOf<OfSvelte['others']>().toEqualTypeOf<Readable<Others>>();
  expectTypeOf<OfVue['set'] | OfSolid['set'] | OfSvelte['setPresence']>().toEqualTypeOf<Set>();
  // @ts-expect-error a cursor has no such field
  const misspell = (set: Set) => set({ X: 1 });
  expectTypeOf(misspell).toBeFunction();
});

test('withSchemas has every composable', () => {
  const rest = ['provideTinyHost', 'withSchemas'];
  const all = Object.keys(vue).filter((name) => !rest.includes(name));
  expect(Object.keys(vue.withSchemas()).sort()).toEqual(all.sort());
});

test('without schemas, stores are as TinyBase types them', () => {
  const hook = () => react.useConnection();
  const composable = () => vue.useStore();
  expectTypeOf(hook).returns.toEqualTypeOf<Connection | undefined>();
  expectTypeOf<Connection['store']>().toEqualTypeOf<MergeableStore>();
  expectTypeOf(composable).returns.toEqualTypeOf<
    Readonly<ShallowRef<MergeableStore | undefined>>
  >();
});
