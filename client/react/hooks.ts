'use client';

import { useSyncExternalStore } from 'react';
import {
  ON_SERVER,
  type SessionConnection,
  type Snapshot,
} from '../bindings/session-connection.ts';
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
import { useSessionConnection } from './context.ts';

/** Returns the client of the enclosing TinyHostProvider. */
export const useClient = <S extends Schemas = NoSchemas>(): Client<S> =>
  useSessionConnection<S>().client;

/**
 * Returns whether it is known if somebody is signed in. It is false on a server and while an
 * asynchronous storage is read, and the component renders again when it becomes true.
 */
export const useReady = (): boolean => usePart(useSessionConnection(), 'isReady');

/** Returns the current session; undefined while nobody is signed in. */
export const useSession = (): Session | undefined => usePart(useSessionConnection(), 'session');

/** Returns the connection; undefined while nobody is signed in. */
export const useConnection = <S extends Schemas = NoSchemas>(): Connection<S> | undefined =>
  usePart(useSessionConnection<S>(), 'connection');

/** Returns the state of the connection, and renders again after each change. */
export const useConnectionState = (): ConnectionState => usePart(useSessionConnection(), 'state');

/** Returns whether the server has stored all edits of the app. */
export const useSaved = (): boolean => useConnectionState().saved;

/** Returns what the user may do in the store; undefined until the server has told it. */
export const useRole = (): Role | undefined => useConnectionState().role;

/**
 * Returns the stores that the user shares with others; undefined until they are fetched. It follows
 * changes by others while the private store is connected.
 */
export function useStores(): readonly Membership[] | undefined {
  const { stores } = useClient();
  return useSyncExternalStore(
    stores.subscribe,
    () => stores.value,
    () => undefined,
  );
}

/**
 * Returns the members of the shared store; undefined until they are fetched, and for the private
 * store. It follows changes by others while the store is connected.
 */
export function useMembers(): readonly Member[] | undefined {
  const { members } = useSessionConnection();
  return useSyncExternalStore(
    members.subscribe,
    () => members.value,
    () => undefined,
  );
}

/**
 * Returns the other devices that are connected to the store and have set a presence, and a function
 * that sets that of this device: JSON of up to 1,024 bytes, null to withdraw it. It throws like
 * `connection.presence.set`. `Data` is what the app sets, and is not checked.
 */
export function usePresence<Data = unknown>(): PresenceOf<Data> {
  const { presence } = useSessionConnection();
  const others = useSyncExternalStore(
    presence.subscribe,
    () => presence.others,
    () => NOBODY,
  );
  return { others: others as readonly PresentDevice<Data>[], set: presence.set };
}

/** What `usePresence` returns. */
export interface PresenceOf<Data = unknown> {
  /** The same list until something changes. */
  readonly others: readonly PresentDevice<Data>[];
  /** Always the same function while the provider shows the same client and store. */
  readonly set: (data: Data | null) => void;
}

/** Returns a part of what is shown, and renders again when that part changes. */
export const usePart = <S extends Schemas, Part extends keyof Snapshot>(
  source: SessionConnection<S>,
  part: Part,
): Snapshot<S>[Part] =>
  useSyncExternalStore(
    source.subscribe,
    () => source.value[part],
    () => ON_SERVER[part],
  );
