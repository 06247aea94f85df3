import './style.css';
import { createRoot } from 'react-dom/client';
import { createClient } from '../client/index.ts';
import { TinyHostProvider } from '../client/react/index.tsx';
import { App } from './app.tsx';
import { registerServiceWorker } from './service-worker.ts';

const client = createClient({ url: location.origin, namespace: 'demo' });

// Without fragments, so that the page shows how content too large for a frame is synced.
createRoot(document.getElementById('app')!).render(
  <TinyHostProvider client={client} fragmentSize={0} offline>
    <App />
  </TinyHostProvider>,
);
void registerServiceWorker();
