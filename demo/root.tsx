import { type Client, createClient } from '../client/index.ts';
import { TinyHostProvider } from '../client/react/index.tsx';
import { App } from './app.tsx';
import { useShownList } from './lists/use-shown-list.ts';

/** `url` is the origin of the page. */
export const createPageClient = (url: string): Client => createClient({ url, namespace: 'demo' });

/**
 * The page and its connection to the list that it shows. Messages are not fragmented, so that the
 * page shows how content too large for a frame is synced.
 */
export function Root({ client }: { client: Client }) {
  const { shown, recent, show } = useShownList(client);
  return (
    <TinyHostProvider client={client} store={shown?.store} fragmentSize={0} offline>
      <App list={shown} recentLists={recent} onListChange={show} />
    </TinyHostProvider>
  );
}
