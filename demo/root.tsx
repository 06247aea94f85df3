import { type Client, createClient } from '../client/index.ts';
import { TinyHostProvider } from '../client/react/index.tsx';
import { App } from './app.tsx';

/** `url` is the origin of the page. */
export const createPageClient = (url: string): Client => createClient({ url, namespace: 'demo' });

/**
 * The page and its connection. Messages are not fragmented, so that the page shows how content too
 * large for a frame is synced.
 */
export const Root = ({ client }: { client: Client }) => (
  <TinyHostProvider client={client} fragmentSize={0} offline>
    <App />
  </TinyHostProvider>
);
