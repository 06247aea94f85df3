import { type ReactNode, StrictMode, useEffect } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { useCell } from 'tinybase/ui-react';
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
} from '../../../../client/react/index.tsx';
import { type AppOptions, type Framework, line, PRESENCE } from './app.ts';

function Line() {
  const ready = useReady();
  const session = useSession();
  const state = useConnectionState();
  const saved = useSaved();
  const title = useCell('tasks', 'one', 'title');
  const role = useRole();
  const stores = useStores();
  const members = useMembers();
  const { others, set } = usePresence<string>();
  useEffect(() => set(PRESENCE), [set]);
  return <p>{line({ ready, session, state, saved, title, role, stores, members, others })}</p>;
}

export const reactApp = (options: AppOptions): ReactNode => (
  <StrictMode>
    <TinyHostProvider {...options}>
      <Line />
    </TinyHostProvider>
  </StrictMode>
);

export const react: Framework = {
  mount(options, target) {
    const root = createRoot(target);
    root.render(reactApp(options));
    return root;
  },
  hydrate: (options, target) =>
    hydrateRoot(target, reactApp(options), {
      onRecoverableError: (error) => console.error(error),
    }),
};
