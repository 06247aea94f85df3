'use client';

import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { MergeableStore } from 'tinybase';
import { Provider } from 'tinybase/ui-react';
import {
  type Client,
  type Connection,
  type ConnectionOptions,
  type ConnectionState,
  TinyHostError,
} from '../index.ts';
import { TinyHostContext } from './context.ts';
import { useSessionOf } from './hooks.ts';

export interface TinyHostProviderProps extends ConnectionOptions {
  client: Client;
  /**
   * Creates the store of each session. The default is
   * `createMergeableStore(undefined, client.now)`.
   */
  makeStore?: (client: Client) => MergeableStore;
  children?: ReactNode;
}

/**
 * Connects while somebody is signed in, and provides the store to the hooks of `tinybase/ui-react`
 * as their default store. Each sign-in gets its own store and connection. Connection options are
 * read when a connection is created; later changes have no effect.
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
  // Only another session causes a new connection. Changed options do not.
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
  const fallbackState = useMemo(
    () => stateWithoutConnection(!!session, failure),
    [session, failure],
  );
  const context = useMemo(
    () => ({ client, connection, fallbackState }),
    [client, connection, fallbackState],
  );
  return (
    <TinyHostContext value={context}>
      <Provider {...(connection && { store: connection.store })}>{children}</Provider>
    </TinyHostContext>
  );
}

/**
 * The state while nobody is signed in, before a connection exists, or after `connect` has failed.
 */
const stateWithoutConnection = (
  signedIn: boolean,
  reason: TinyHostError | undefined,
): ConnectionState => {
  if (!signedIn) return { status: 'signed-out', saved: true };
  return { status: reason ? 'refused' : 'connecting', saved: false, reason };
};
