import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import type { MergeableStore } from 'tinybase';
import { Provider } from 'tinybase/ui-react';
import type { Client, Connection, ConnectionOptions, ConnectionState, Session } from '../index.ts';

export interface TinyHostProviderProps extends ConnectionOptions {
  client: Client;
  /** Makes the store for whoever has signed in; one that is stamped by `client.now` by default. */
  makeStore?: (client: Client) => MergeableStore;
  children?: ReactNode;
}

interface Context {
  client: Client;
  connection: Connection | undefined;
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
  // Only another session is a reason to connect anew.
  useEffect(() => {
    if (!session) return;
    const opened = client.connect(makeStore?.(client), options);
    setConnection(opened);
    return () => {
      setConnection(undefined);
      void opened.close();
    };
  }, [client, session?.session_uuid]);
  return (
    <TinyHostContext value={{ client, connection }}>
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
  const connection = useConnection();
  const subscribe = useCallback(
    (listener: () => void) => connection?.subscribe(listener) ?? (() => undefined),
    [connection],
  );
  return useSyncExternalStore(
    subscribe,
    () => connection?.state ?? DISCONNECTED,
    () => DISCONNECTED,
  );
}

/** Whether the server has stored everything that was written. */
export const useSaved = (): boolean => useConnectionState().saved;

const DISCONNECTED: ConnectionState = { status: 'signed-out', saved: true };

function useSessionOf(client: Client): Session | undefined {
  const subscribe = useCallback((listener: () => void) => client.subscribe(listener), [client]);
  return useSyncExternalStore(
    subscribe,
    () => client.currentSession,
    () => undefined,
  );
}
