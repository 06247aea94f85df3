import type { Client } from '../client/index.ts';
import { showAccount } from './account.ts';
import { byId } from './dom.ts';
import { showNotes } from './notes.ts';
import type { Panel } from './panel.ts';
import { showStatus } from './status.ts';
import { showTasks } from './tasks.ts';
import { showValues } from './values.ts';

/** Shows the store of whoever is signed in; the function it returns ends that. */
export function openWorkspace(client: Client, tell: (message: string) => void): () => void {
  const ending = new AbortController();
  // Without fragments, so that the page can show what happens to what no frame can carry.
  const connection = client.connect(undefined, { fragmentSize: 0, offline: true });
  const panel: Panel = { client, connection, signal: ending.signal };
  for (const show of [showStatus, showTasks, showValues, showNotes, showAccount]) show(panel);
  watchInspector(panel);
  return () => {
    const { status, reason } = connection.state;
    tell(
      status === 'signed-out' && reason?.code !== 'signed_out'
        ? `Signed out: ${reason?.message}.`
        : '',
    );
    ending.abort();
    void connection.close();
  };
}

/** TinyBase's inspector, for developers: it is loaded when it is asked for. */
function watchInspector({ connection, signal }: Panel): void {
  byId('inspection').hidden = !['localhost', '127.0.0.1'].includes(location.hostname);
  const inspect = async () => {
    const { openInspector } = await import('./inspector.tsx');
    if (!signal.aborted) signal.addEventListener('abort', openInspector(connection.store));
  };
  byId('inspect').addEventListener('click', inspect, { signal, once: true });
}
