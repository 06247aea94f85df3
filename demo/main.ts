import './style.css';
import { createClient, type Session } from '../client/index.ts';
import { byId } from './dom.ts';
import { watchCredentials } from './welcome.ts';
import { openWorkspace } from './workspace.ts';

const client = createClient({ url: location.origin, namespace: 'demo' });
const welcome = watchCredentials(client);
let close: ((session: Session | undefined) => void) | undefined;

/** Shows what there is to show: a way in, or the store of whoever is signed in. */
function show(session: Session | undefined): void {
  close?.(session);
  close = session && openWorkspace(client, welcome.tell);
  for (const id of ['workspace', 'connection', 'controls']) byId(id).hidden = !session;
  byId('welcome').hidden = session !== undefined;
  if (!session) welcome.focus();
}

client.subscribe(show);
show(client.currentSession);
