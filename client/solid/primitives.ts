import { type Accessor, createSignal, onCleanup, onMount } from 'solid-js';
import type {
  Client,
  Connection,
  ConnectionState,
  Membership,
  NoSchemas,
  Role,
  Schemas,
  Session,
} from '../index.ts';
import { createPart, useSessionConnection } from './context.ts';

/** Returns the client of the enclosing TinyHostProvider. */
export const useClient = <S extends Schemas = NoSchemas>(): Client<S> =>
  useSessionConnection<S>().client;

/**
 * Returns whether it is known if somebody is signed in: false on a server and while an asynchronous
 * storage is read.
 */
export const useReady = (): Accessor<boolean> =>
  createPart(useSessionConnection(), ({ isReady }) => isReady);

/** Returns the current session; undefined while nobody is signed in. */
export const useSession = (): Accessor<Session | undefined> =>
  createPart(useSessionConnection(), ({ session }) => session);

/** Returns the connection; undefined while nobody is signed in. */
export const useConnection = <S extends Schemas = NoSchemas>(): Accessor<
  Connection<S> | undefined
> => createPart(useSessionConnection<S>(), ({ connection }) => connection);

/** Returns the state of the connection. */
export const useConnectionState = (): Accessor<ConnectionState> =>
  createPart(useSessionConnection(), ({ state }) => state);

/** Returns whether the server has stored all edits of the app. */
export const useSaved = (): Accessor<boolean> =>
  createPart(useSessionConnection(), ({ state }) => state.saved);

/** Returns what the user may do in the store; undefined until the server has told it. */
export const useRole = (): Accessor<Role | undefined> =>
  createPart(useSessionConnection(), ({ state }) => state.role);

/**
 * Returns the stores that the user shares with others; undefined until they are fetched. It follows
 * changes by others while the private store is connected.
 */
export function useStores(): Accessor<readonly Membership[] | undefined> {
  const { stores } = useClient();
  const [list, setList] = createSignal<readonly Membership[] | undefined>();
  const follow = () => setList(stores.value);
  onMount(() => {
    follow();
    onCleanup(stores.subscribe(follow));
  });
  return list;
}
