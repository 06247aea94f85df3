import { getContext, onMount, setContext } from 'svelte';
import {
  SessionConnection,
  type SessionConnectionOptions,
} from '../bindings/session-connection.ts';
import type { NoSchemas, Schemas } from '../index.ts';
import { readableParts } from './readable-parts.ts';
import type { TinyHost } from './tiny-host.ts';

const KEY = Symbol('TinyHost');

/**
 * Connects while somebody is signed in and the component is mounted. Call it while the app's root
 * initializes. Each sign-in gets its own store and connection.
 */
export function setTinyHost<S extends Schemas = NoSchemas, Data = unknown>(
  options: SessionConnectionOptions<S>,
): TinyHost<S, Data> {
  const source = new SessionConnection(options);
  onMount(source.start);
  return setContext(KEY, readableParts(source) as TinyHost<S, Data>);
}

/**
 * Returns what this component or one above has set. Throws if none has. `Data` is the presence that
 * the app sets, and is not checked.
 */
export function getTinyHost<S extends Schemas = NoSchemas, Data = unknown>(): TinyHost<S, Data> {
  const tinyhost = getContext<TinyHost<S, Data> | undefined>(KEY);
  if (!tinyhost) throw new Error('call setTinyHost in this component or in one above');
  return tinyhost;
}
