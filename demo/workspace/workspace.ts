import type { Client } from '../../client/index.ts';
import { byId } from '../ui/dom.ts';
import { showMessage } from '../ui/page-message.ts';
import { showAccount } from './account-panel.ts';
import { showNotes } from './notes-panel.ts';
import type { Panel } from './panel.ts';
import { showStatusBar } from './status-bar.ts';
import { showTasks } from './tasks-panel.ts';
import { showValues } from './values-panel.ts';

export interface Workspace {
  /** Call this after the address of the account was verified. */
  verified(): void;
  close(): void;
}

/** Shows the store of the signed-in user. Throws if nobody is signed in. */
export function openWorkspace(client: Client): Workspace {
  const ending = new AbortController();
  // Without fragments, so that the page shows how content too large for a frame is synced.
  const connection = client.connect(undefined, { fragmentSize: 0, offline: true });
  const panel: Panel = { client, connection, signal: ending.signal };
  showMessage('');
  for (const show of [showStatusBar, showTasks, showValues, showNotes]) show(panel);
  const refreshAccount = showAccount(panel);
  watchInspector(panel);
  // Not ended by the signal: the workspace may close before the connection reports the reason.
  connection.subscribe(({ status, reason }) => {
    const isNews = status === 'signed-out' && reason?.code !== 'signed_out';
    if (isNews) showMessage(`Signed out: ${reason?.message}.`);
  });
  return {
    verified() {
      if (connection.state.status === 'refused') connection.resume();
      void refreshAccount();
    },
    close() {
      ending.abort();
      void connection.close();
    },
  };
}

/** Loads TinyBase's inspector on demand, for developers. */
function watchInspector({ connection, signal }: Panel): void {
  byId('inspection').hidden = !['localhost', '127.0.0.1'].includes(location.hostname);
  const inspect = async () => {
    const { openInspector } = await import('./inspector.tsx');
    if (!signal.aborted) signal.addEventListener('abort', openInspector(connection.store));
  };
  byId('inspect').addEventListener('click', inspect, { signal, once: true });
}
