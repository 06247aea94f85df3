import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { useCell, useSetCellCallback } from 'tinybase/ui-react';
import { createClient } from '../../../client/index.ts';
import {
  TinyHostProvider,
  useClient,
  useConnectionState,
  useSaved,
  useSession,
} from '../../../client/react/index.tsx';

/** A small app as a developer would write it. `?server=` sets the URL of TinyHost. */
const url = new URLSearchParams(location.search).get('server')!;
const client = createClient({ url, namespace: 'react-app' });

function Entrance() {
  const tinyhost = useClient();
  const enter = async (form: FormData) => {
    const credentials = { email: `${form.get('email')}`, password: `${form.get('password')}` };
    const isNew = await tinyhost.signUp(credentials).catch(() => undefined);
    // A sign-up signs in. A second session could arrive after the user has left the first one.
    if (!isNew) await tinyhost.signIn(credentials);
  };
  return (
    <form action={enter}>
      <input name="email" aria-label="E-mail" />
      <input name="password" aria-label="Password" />
      <button type="submit">Enter</button>
    </form>
  );
}

function Counter() {
  const count = Number(useCell('counters', 'one', 'count') ?? 0);
  const add = useSetCellCallback('counters', 'one', 'count', () => count + 1, [count]);
  const { status, reason } = useConnectionState();
  const saved = useSaved();
  const tinyhost = useClient();
  return (
    <>
      <p role="status">{`${status}, ${saved ? 'saved' : 'not saved'}`}</p>
      <p>{reason?.message}</p>
      <button type="button" onClick={add}>{`Count ${count}`}</button>
      <button type="button" onClick={() => tinyhost.signOut()}>
        Leave
      </button>
    </>
  );
}

const App = () => (useSession() ? <Counter /> : <Entrance />);

const page = (
  <StrictMode>
    <TinyHostProvider client={client}>
      <App />
    </TinyHostProvider>
  </StrictMode>
);

// Frameworks render like this on the server, where no session exists.
const main = document.body.appendChild(document.createElement('main'));
main.innerHTML = renderToString(page);
hydrateRoot(main, page, { onRecoverableError: (error) => console.error(error) });
