'use client';

import { useCallback, useSyncExternalStore } from 'react';
import type { Client, Connection, ConnectionState, Session } from '../index.ts';
import { useTinyHostContext } from './context.ts';

/** Returns the client of the enclosing TinyHostProvider. */
export const useClient = (): Client => useTinyHostContext().client;

/** Returns the current session; undefined while nobody is signed in. */
export const useSession = (): Session | undefined => useSessionOf(useClient());

/** Returns the connection; undefined while nobody is signed in. */
export const useConnection = (): Connection | undefined => useTinyHostContext().connection;

/** Returns the state of the connection, and renders again after each change. */
export function useConnectionState(): ConnectionState {
  const { connection, fallbackState } = useTinyHostContext();
  const subscribe = useCallback(
    (listener: () => void) => connection?.subscribe(listener) ?? (() => undefined),
    [connection],
  );
  return useSyncExternalStore(
    subscribe,
    () => connection?.state ?? fallbackState,
    () => fallbackState,
  );
}

/** Returns whether the server has stored all edits of the app. */
export const useSaved = (): boolean => useConnectionState().saved;

/** Returns the session of a client, for components outside of its provider. */
export function useSessionOf(client: Client): Session | undefined {
  const subscribe = useCallback((listener: () => void) => client.subscribe(listener), [client]);
  return useSyncExternalStore(
    subscribe,
    () => client.currentSession,
    () => undefined,
  );
}
