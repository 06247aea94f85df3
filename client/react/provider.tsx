'use client';

import { type ReactNode, useEffect, useMemo } from 'react';
import type { MergeableStore } from 'tinybase';
import { Provider } from 'tinybase/ui-react';
import {
  SessionConnection,
  type SessionConnectionOptions,
} from '../bindings/session-connection.ts';
import type { NoSchemas, Schemas } from '../index.ts';
import { TinyHostContext } from './context.ts';
import { usePart } from './hooks.ts';

export interface TinyHostProviderProps<S extends Schemas = NoSchemas>
  extends SessionConnectionOptions<S> {
  children?: ReactNode;
}

/**
 * Connects while somebody is signed in, and provides the store to the hooks of `tinybase/ui-react`
 * as their default store. Each sign-in gets its own store and connection. Connection options are
 * read when the client or `store` is first rendered; later changes have no effect.
 */
export function TinyHostProvider<S extends Schemas = NoSchemas>({
  children,
  ...options
}: TinyHostProviderProps<S>): ReactNode {
  const { client, store: id } = options;
  // Other changed options do not cause a new connection.
  const source = useMemo(() => new SessionConnection(options), [client, id]);
  useEffect(source.start, [source]);
  const store = usePart(source, 'connection')?.store as MergeableStore | undefined;
  return (
    <TinyHostContext value={source as unknown as SessionConnection}>
      <Provider {...(store && { store })}>{children}</Provider>
    </TinyHostContext>
  );
}
