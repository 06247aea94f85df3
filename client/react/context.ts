'use client';

import { createContext, useContext } from 'react';
import type { Client, Connection, ConnectionState } from '../index.ts';

export interface TinyHostContextValue {
  client: Client;
  /** Undefined while nobody is signed in. */
  connection: Connection | undefined;
  /** The state to show while there is no connection. */
  fallbackState: ConnectionState;
}

export const TinyHostContext = createContext<TinyHostContextValue | undefined>(undefined);

/** Throws if no TinyHostProvider encloses the component. */
export function useTinyHostContext(): TinyHostContextValue {
  const context = useContext(TinyHostContext);
  if (!context) throw new Error('there is no TinyHostProvider above this component');
  return context;
}
