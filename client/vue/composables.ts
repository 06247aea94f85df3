import { onMounted, onScopeDispose, type ShallowRef, shallowRef } from 'vue';
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
  StoreOf,
} from '../index.ts';
import { usePart, useSessionConnection } from './provide.ts';

/** Returns the client given to `provideTinyHost`. */
export const useClient = <S extends Schemas = NoSchemas>(): Client<S> =>
  useSessionConnection<S>().client;

/**
 * Returns whether it is known if somebody is signed in: false on a server and while an asynchronous
 * storage is read.
 */
export const useReady = (): Readonly<ShallowRef<boolean>> => usePart(({ isReady }) => isReady);

/** Returns the current session; undefined while nobody is signed in. */
export const useSession = (): Readonly<ShallowRef<Session | undefined>> =>
  usePart(({ session }) => session);

/** Returns the connection; undefined while nobody is signed in. */
export const useConnection = <S extends Schemas = NoSchemas>(): Readonly<
  ShallowRef<Connection<S> | undefined>
> => usePart<S, Connection<S> | undefined>(({ connection }) => connection);

/** Returns the state of the connection. */
export const useConnectionState = (): Readonly<ShallowRef<ConnectionState>> =>
  usePart(({ state }) => state);

/** Returns whether the server has stored all edits of the app. */
export const useSaved = (): Readonly<ShallowRef<boolean>> => usePart(({ state }) => state.saved);

/** Returns what the user may do in the store; undefined until the server has told it. */
export const useRole = (): Readonly<ShallowRef<Role | undefined>> =>
  usePart(({ state }) => state.role);

/**
 * Returns the stores that the user shares with others; undefined until they are fetched. It follows
 * changes by others while the private store is connected.
 */
export function useStores(): Readonly<ShallowRef<readonly Membership[] | undefined>> {
  const { stores } = useClient();
  const list = shallowRef<readonly Membership[] | undefined>();
  onMounted(() => {
    const follow = () => {
      list.value = stores.value;
    };
    follow();
    onScopeDispose(stores.subscribe(follow));
  });
  return list;
}

/**
 * Returns the members of the shared store; undefined until they are fetched, and for the private
 * store. It follows changes by others while the store is connected.
 */
export function useMembers(): Readonly<ShallowRef<readonly Member[] | undefined>> {
  const { members } = useSessionConnection();
  const list = shallowRef<readonly Member[] | undefined>();
  onMounted(() => {
    const follow = () => {
      list.value = members.value;
    };
    follow();
    onScopeDispose(members.subscribe(follow));
  });
  return list;
}

/** What `usePresence` returns. */
export interface PresenceOf<Data = unknown> {
  readonly others: Readonly<ShallowRef<readonly PresentDevice<Data>[]>>;
  readonly set: (data: Data | null) => void;
}

/**
 * Returns the other devices that are connected to the store and have set a presence, and a function
 * that sets that of this device: JSON of up to 1,024 bytes, null to withdraw it. It throws like
 * `connection.presence.set`. `Data` is what the app sets, and is not checked.
 */
export function usePresence<Data = unknown>(): PresenceOf<Data> {
  const { presence } = useSessionConnection();
  const others = shallowRef(NOBODY as readonly PresentDevice<Data>[]);
  onMounted(() => {
    const follow = () => {
      others.value = presence.others as readonly PresentDevice<Data>[];
    };
    follow();
    onScopeDispose(presence.subscribe(follow));
  });
  return { others, set: presence.set };
}

/** Returns the store of the connection; undefined while nobody is signed in. */
export const useStore = <S extends Schemas = NoSchemas>(): Readonly<
  ShallowRef<StoreOf<S> | undefined>
> => usePart<S, StoreOf<S> | undefined>(({ connection }) => connection?.store);
