import type { Client } from '../../client/index.ts';
import { byId } from '../ui/dom.ts';
import { errorMessage } from '../ui/error-messages.ts';
import { openVerification } from '../welcome/mail-dialogs.ts';
import { connectAccountDialogs } from './account-dialogs.ts';
import type { Panel } from './panel.ts';
import { sessionList } from './session-list.ts';

/**
 * Shows the panel of the account: its address, password, sessions, export and deletion. Returns a
 * function that reloads the data from the server.
 */
export function showAccount(panel: Panel): () => Promise<void> {
  const { client, connection, signal } = panel;
  const sessions = sessionList((id) => attempt(() => dialogs.revokeSession(id))());
  let isCurrent = false;

  const load = async () => {
    isCurrent = false;
    const [listed, { user }] = await Promise.all([
      client.sessions({ signal }),
      client.session({ signal }),
    ]);
    isCurrent = true;
    sessions.show(listed);
    byId('verified').textContent = user.verified_at ? 'verified' : 'not verified';
    byId('verify-address').hidden = user.verified_at !== null;
  };
  /** Wraps an action: shows its error in the panel, and reloads the data if it succeeds. */
  const attempt = (run: () => Promise<unknown>) => async () => {
    const problem = byId('account-problem');
    problem.textContent = '';
    try {
      await run();
      await load();
    } catch (error) {
      if (!signal.aborted) problem.textContent = errorMessage(error);
    }
  };
  const refresh = attempt(async () => undefined);
  const dialogs = connectAccountDialogs(panel, () => void refresh());

  const onClick = (id: string, run: () => void) =>
    byId(id).addEventListener('click', run, { signal });
  byId('email').textContent = client.currentSession?.user.email ?? '';
  byId('verified').textContent = '';
  onClick('refresh-sessions', refresh);
  onClick(
    'export',
    attempt(() => downloadExport(client, signal)),
  );
  onClick('verify-address', () => openVerification(client));
  const unsubscribe = connection.subscribe(({ status }) => {
    if (status === 'online' && !isCurrent) void refresh();
  });
  signal.addEventListener('abort', () => {
    unsubscribe();
    sessions.show([]);
  });
  void refresh();
  return refresh;
}

/** Saves the export of the account as a JSON file. */
async function downloadExport(client: Client, signal: AbortSignal): Promise<void> {
  const json = JSON.stringify(await client.exportAccount({ signal }), undefined, 2);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
  link.download = 'tinyhost-export.json';
  link.click();
  URL.revokeObjectURL(link.href);
}
