import { type Accessor, createSignal, onCleanup, onMount } from 'solid-js';
import { NOBODY } from '../connection/presence.ts';
import type {
  Client,
  Connection,
  ConnectionState,
  Member,
  Membership,
  NoSchemas,
  PresentDevice,
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

/**
 * Returns the members of the shared store; undefined until they are fetched, and for the private
 * store. It follows changes by others while the store is connected.
 */
export function useMembers(): Accessor<readonly Member[] | undefined> {
  const { members } = useSessionConnection();
  const [list, setList] = createSignal<readonly Member[] | undefined>();
  const follow = () => setList(members.value);
  onMount(() => {
    follow();
    onCleanup(members.subscribe(follow));
  });
  return list;
}

/** What `usePresence` returns. */
export interface PresenceOf<Data = unknown> {
  readonly others: Accessor<readonly PresentDevice<Data>[]>;
  readonly set: (data: Data | null) => void;
}

/**
 * Returns the other devices that are connected to the store and have set a presence, and a function
 * that sets that of this device: JSON of up to 1,024 bytes, null to withdraw it. It throws like
 * `connection.presence.set`. `Data` is what the app sets, and is not checked.
 */
export function usePresence<Data = unknown>(): PresenceOf<Data> {
  const { presence } = useSessionConnection();
  const [others, setOthers] = createSignal(NOBODY as readonly PresentDevice<Data>[]);
  const follow = () => setOthers(presence.others as readonly PresentDevice<Data>[]);
  onMount(() => {
    follow();
    onCleanup(presence.subscribe(follow));
  });
  return { others, set: presence.set };
}
