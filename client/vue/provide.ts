import {
  getCurrentInstance,
  type InjectionKey,
  inject,
  onMounted,
  onScopeDispose,
  onUnmounted,
  provide,
  type ShallowRef,
  shallowRef,
} from 'vue';
import {
  ON_SERVER,
  SessionConnection,
  type SessionConnectionOptions,
  type Snapshot,
} from '../bindings/session-connection.ts';
import { hasDocument } from '../common/has-document.ts';
import type { NoSchemas, Schemas } from '../index.ts';

const KEY: InjectionKey<SessionConnection> = Symbol('TinyHost');
/** `inject` finds only what a component above has provided, so the component itself looks here. */
const providers = new WeakMap<object, SessionConnection>();

/**
 * Connects while somebody is signed in and the component is mounted. Call it in the setup of the
 * app's root. The composables work in this component and in all below. Each sign-in gets its own
 * store and connection.
 */
export function provideTinyHost<S extends Schemas = NoSchemas>(
  options: SessionConnectionOptions<S>,
): void {
  const source = new SessionConnection(options);
  const provided = source as unknown as SessionConnection;
  providers.set(currentComponent(), provided);
  provide(KEY, provided);
  let stop: (() => void) | undefined;
  onMounted(() => {
    stop = source.start();
  });
  onUnmounted(() => stop?.());
}

/** Throws if neither this component nor one above has called `provideTinyHost`. */
export function useSessionConnection<S extends Schemas = NoSchemas>(): SessionConnection<S> {
  const source = providers.get(currentComponent()) ?? inject(KEY, undefined);
  if (!source) throw new Error('call provideTinyHost in this component or in one above');
  return source as unknown as SessionConnection<S>;
}

/** Returns a part of what is shown, as a ref that follows it from the mount on. */
export function usePart<S extends Schemas, Value>(
  read: (snapshot: Snapshot<S>) => Value,
): Readonly<ShallowRef<Value>> {
  const source = useSessionConnection<S>();
  const isFirst = !hasDocument() || isHydrating();
  const value = shallowRef(read(isFirst ? (ON_SERVER as Snapshot<S>) : source.value));
  onMounted(() => {
    const follow = () => {
      value.value = read(source.value);
    };
    follow();
    onScopeDispose(source.subscribe(follow));
  });
  return value;
}

/** A component that is hydrated has an element before its setup. */
const isHydrating = (): boolean => !!currentComponent().vnode.el;

function currentComponent() {
  const instance = getCurrentInstance();
  if (!instance) throw new Error('call this function in the setup of a component');
  return instance;
}
