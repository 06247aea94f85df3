'use client';

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { MergeableStore } from 'tinybase';
import { Provider } from 'tinybase/ui-react';
import {
  type Client,
  type Connection,
  type ConnectionOptions,
  type ConnectionState,
  type Session,
  TinyHostError,
} from '../index.ts';

export interface TinyHostProviderProps extends ConnectionOptions {
  client: Client;
  /** Makes the store for whoever has signed in; one that is stamped by `client.now` by default. */
  makeStore?: (client: Client) => MergeableStore;
  children?: ReactNode;
}

interface Context {
  client: Client;
  connection: Connection | undefined;
  /** How it is while there is no connection. */
  state: ConnectionState;
}

const TinyHostContext = createContext<Context | undefined>(undefined);

/**
 * Connects while somebody is signed in, and gives the store to the hooks of `tinybase/ui-react`
 * as their default one. Each sign-in has a store and a connection of its own. What the connection
 * is to be like is read when it is made.
 */
export function TinyHostProvider({
  client,
  makeStore,
  children,
  ...options
}: TinyHostProviderProps): ReactNode {
  const session = useSessionOf(client);
  const [connection, setConnection] = useState<Connection>();
  const [failure, setFailure] = useState<TinyHostError>();
  // Only another session is a reason to connect anew.
  useEffect(() => {
    if (!session) return;
    const store = makeStore?.(client);
    try {
      const opened = client.connect(store, options);
      setConnection(opened);
      return () => {
        setConnection(undefined);
        void opened.close();
      };
    } catch (error) {
      if (!(error instanceof TinyHostError)) throw error;
      setFailure(error);
      return () => setFailure(undefined);
    }
  }, [client, session?.session_uuid]);
  const state = useMemo(() => unconnected(!!session, failure), [session, failure]);
  const context = useMemo(() => ({ client, connection, state }), [client, connection, state]);
  return (
    <TinyHostContext value={context}>
      <Provider {...(connection && { store: connection.store })}>{children}</Provider>
    </TinyHostContext>
  );
}

function useTinyHost(): Context {
  const context = useContext(TinyHostContext);
  if (!context) throw new Error('there is no TinyHostProvider above this component');
  return context;
}

/** The client, to sign in and out with. */
export const useClient = (): Client => useTinyHost().client;

/** The session of whoever is signed in; undefined for nobody. */
export const useSession = (): Session | undefined => useSessionOf(useClient());

/** The connection; undefined while nobody is signed in. */
export const useConnection = (): Connection | undefined => useTinyHost().connection;

/** How the connection is, and why. */
export function useConnectionState(): ConnectionState {
  const { connection, state } = useTinyHost();
  const subscribe = useCallback(
    (listener: () => void) => connection?.subscribe(listener) ?? (() => undefined),
    [connection],
  );
  return useSyncExternalStore(
    subscribe,
    () => connection?.state ?? state,
    () => state,
  );
}

/** Whether the server has stored everything that was written. */
export const useSaved = (): boolean => useConnectionState().saved;

/** How it is without a connection: nobody is signed in, it is about to be made, or cannot be. */
const unconnected = (signedIn: boolean, reason: TinyHostError | undefined): ConnectionState => {
  if (!signedIn) return { status: 'signed-out', saved: true };
  return { status: reason ? 'refused' : 'connecting', saved: false, reason };
};

function useSessionOf(client: Client): Session | undefined {
  const subscribe = useCallback((listener: () => void) => client.subscribe(listener), [client]);
  return useSyncExternalStore(
    subscribe,
    () => client.currentSession,
    () => undefined,
  );
}
