import './style.css';
import { createClient, type Session } from '../client/index.ts';
import { registerServiceWorker } from './service-worker.ts';
import { byId } from './ui/dom.ts';
import { addRevealButtons, connectCloseButtons } from './ui/forms.ts';
import { connectMailDialogs } from './welcome/mail-dialogs.ts';
import { connectSignInForms, showForm } from './welcome/sign-in-forms.ts';
import { openWorkspace, type Workspace } from './workspace/workspace.ts';

const client = createClient({ url: location.origin, namespace: 'demo' });
let workspace: Workspace | undefined;

/** Shows the sign-in forms, or the workspace of the signed-in user. */
function show(session: Session | undefined): void {
  const welcome = byId('welcome');
  const hasEntered = session !== undefined && welcome.contains(document.activeElement);
  workspace?.close();
  workspace = session && openWorkspace(client);
  for (const id of ['workspace', 'connection', 'controls']) byId(id).hidden = !session;
  welcome.hidden = session !== undefined;
  if (!session) showForm('sign-in');
  else if (hasEntered) byId('tasks-title').focus();
}

connectCloseButtons();
addRevealButtons();
connectSignInForms(client);
client.subscribe(show);
show(client.currentSession);
connectMailDialogs(client, () => workspace?.verified());
void registerServiceWorker();
