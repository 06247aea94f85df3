'use client';

import { createContext, useContext } from 'react';
import type { SessionConnection } from '../bindings/session-connection.ts';
import type { NoSchemas, Schemas } from '../index.ts';

export const TinyHostContext = createContext<SessionConnection | undefined>(undefined);

/** Throws if no TinyHostProvider encloses the component. */
export function useSessionConnection<S extends Schemas = NoSchemas>(): SessionConnection<S> {
  const context = useContext(TinyHostContext);
  if (!context) throw new Error('there is no TinyHostProvider above this component');
  return context as unknown as SessionConnection<S>;
}
