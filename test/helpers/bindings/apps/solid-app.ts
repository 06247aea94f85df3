import { createComponent, type JSX, onMount } from 'solid-js';
import { Dynamic, hydrate, render } from 'solid-js/web';
import { useCell } from 'tinybase/ui-solid';
import {
  TinyHostProvider,
  useConnectionState,
  useMembers,
  usePresence,
  useReady,
  useRole,
  useSaved,
  useSession,
  useStores,
} from '../../../../client/solid/index.ts';
import { type AppOptions, type Framework, line, PRESENCE } from './app.ts';

function Line(): JSX.Element {
  const ready = useReady();
  const session = useSession();
  const state = useConnectionState();
  const saved = useSaved();
  const title = useCell('tasks', 'one', 'title');
  const role = useRole();
  const stores = useStores();
  const members = useMembers();
  const { others, set } = usePresence<string>();
  onMount(() => set(PRESENCE));
  return createComponent(Dynamic, {
    get component() {
      return session() ? 'b' : 'p';
    },
    get children() {
      return line({
        ready: ready(),
        session: session(),
        state: state(),
        saved: saved(),
        title: title(),
        role: role(),
        stores: stores(),
        members: members(),
        others: others(),
      });
    },
  });
}

export const solidApp = (options: AppOptions) => () =>
  createComponent(TinyHostProvider, {
    ...options,
    get children() {
      return createComponent(Line, {});
    },
  });

export const solid: Framework = {
  mount: (options, target) => ({ unmount: render(solidApp(options), target) }),
  hydrate(options, target) {
    // The script of Solid's `generateHydrationScript`, which a server sends, creates this.
    Object.assign(globalThis, { _$HY: { events: [], completed: new WeakSet(), r: {} } });
    return { unmount: hydrate(solidApp(options), target) };
  },
};
