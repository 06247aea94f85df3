import {
  type Accessor,
  createContext,
  createSignal,
  onCleanup,
  onMount,
  sharedConfig,
  useContext,
} from 'solid-js';
import {
  ON_SERVER,
  type SessionConnection,
  type Snapshot,
} from '../bindings/session-connection.ts';
import type { NoSchemas, Schemas } from '../index.ts';

export const TinyHostContext = createContext<SessionConnection>();

/** Throws if no TinyHostProvider encloses the component. */
export function useSessionConnection<S extends Schemas = NoSchemas>(): SessionConnection<S> {
  const source = useContext(TinyHostContext);
  if (!source) throw new Error('there is no TinyHostProvider above this component');
  return source as unknown as SessionConnection<S>;
}

/** Returns a part of what is shown, as a signal that follows it from the mount on. */
export function createPart<S extends Schemas, Value>(
  source: SessionConnection<S>,
  read: (snapshot: Snapshot<S>) => Value,
): Accessor<Value> {
  // On the server and while it hydrates, Solid has a shared context.
  const first = sharedConfig.context ? (ON_SERVER as Snapshot<S>) : source.value;
  const [value, setValue] = createSignal(read(first));
  const follow = () => setValue(() => read(source.value));
  onMount(() => {
    follow();
    onCleanup(source.subscribe(follow));
  });
  return value;
}
