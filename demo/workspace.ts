import type { Client } from '../client/index.ts';
import { showAccount } from './account.ts';
import { byId } from './dom.ts';
import { tell } from './news.ts';
import { showNotes } from './notes.ts';
import type { Panel } from './panel.ts';
import { showStatus } from './status.ts';
import { showTasks } from './tasks.ts';
import { showValues } from './values.ts';

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
  tell('');
  for (const show of [showStatus, showTasks, showValues, showNotes]) show(panel);
  const refreshAccount = showAccount(panel);
  watchInspector(panel);
  // Not ended by the signal: the workspace may close before the connection reports the reason.
  connection.subscribe(({ status, reason }) => {
    const isNews = status === 'signed-out' && reason?.code !== 'signed_out';
    if (isNews) tell(`Signed out: ${reason?.message}.`);
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
