import './style.css';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { createPageClient, Root } from './root.tsx';
import { registerServiceWorker } from './service-worker.ts';

const client = createPageClient(location.origin);
const container = document.getElementById('app')!;

if (client.currentSession) {
  // The HTML has the form for signing in.
  container.querySelector('main')?.remove();
  createRoot(container).render(<Root client={client} />);
} else {
  hydrateRoot(container, <Root client={client} />);
}
delete document.documentElement.dataset.session;
void registerServiceWorker();
