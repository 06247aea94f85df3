import { createComponent, type JSX, onCleanup, onMount, splitProps } from 'solid-js';
import type { MergeableStore } from 'tinybase';
import { Provider } from 'tinybase/ui-solid';
import {
  SessionConnection,
  type SessionConnectionOptions,
} from '../bindings/session-connection.ts';
import type { NoSchemas, Schemas } from '../index.ts';
import { createPart, TinyHostContext } from './context.ts';

export interface TinyHostProviderProps<S extends Schemas = NoSchemas>
  extends SessionConnectionOptions<S> {
  children?: JSX.Element;
}

/**
 * Connects while somebody is signed in, and provides the store to the primitives of
 * `tinybase/ui-solid` as their default store. Each sign-in gets its own store and connection. The
 * client and the options are read once; later changes have no effect.
 */
export function TinyHostProvider<S extends Schemas = NoSchemas>(
  props: TinyHostProviderProps<S>,
): JSX.Element {
  const [, options] = splitProps(props, ['children']);
  const source = new SessionConnection<S>({ ...options });
  onMount(() => onCleanup(source.start()));
  const store = createPart(source, ({ connection }) => connection?.store as MergeableStore);
  return createComponent(TinyHostContext.Provider, {
    value: source as unknown as SessionConnection,
    get children() {
      return createComponent(Provider, {
        get store() {
          return store();
        },
        get children() {
          return props.children;
        },
      });
    },
  });
}
