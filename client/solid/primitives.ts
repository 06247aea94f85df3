import type { Accessor } from 'solid-js';
import type { Client, Connection, ConnectionState, NoSchemas, Schemas, Session } from '../index.ts';
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
