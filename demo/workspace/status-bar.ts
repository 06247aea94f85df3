import type { ConnectionState, ConnectionStatus } from '../../client/index.ts';
import { age } from '../ui/age.ts';
import { byId } from '../ui/dom.ts';
import { errorMessage } from '../ui/error-messages.ts';
import { showMessage } from '../ui/page-message.ts';
import { tabFlag } from '../ui/tab-flag.ts';
import type { Panel } from './panel.ts';

const WORDS: Record<ConnectionStatus, string> = {
  offline: 'Offline',
  connecting: 'Connecting…',
  syncing: 'Syncing…',
  online: 'Online',
  stale: 'Online, but the server is silent',
  'signed-out': 'Signed out',
  refused: 'Refused',
};

/** Whether the offline switch is on in this tab. */
const wantsOffline = tabFlag('tinyhost-demo:offline');

/** Describes the state of the connection and whether all changes are saved. */
export function describe({ status, saved, reason }: ConnectionState): string {
  const safety = saved ? 'all changes saved' : 'changes not saved yet';
  const why = status === 'refused' && reason ? `: ${reason.message}` : '';
  return `${WORDS[status]}${why} · ${safety}`;
}

/**
 * Shows the bar with the connection's state, the heartbeat, the offline switch and the sign-out.
 */
export function showStatusBar({ client, connection, signal }: Panel): void {
  const bar = byId('connection');
  const status = byId('status');
  const heartbeat = byId('heartbeat');
  const copy = byId('offline-copy');
  const offline = byId<HTMLInputElement>('offline');
  const show = () => {
    const { state } = connection;
    bar.dataset.status = state.status;
    setText(status, describe(state));
    setText(copy, describeCopy(state));
    heartbeat.textContent = describeBeat(connection.store.getValue('heartbeat'), client.now());
  };
  const toggle = () => {
    wantsOffline.write(offline.checked);
    if (offline.checked) connection.pause();
    else connection.resume();
  };
  const signOut = async () => {
    showMessage('');
    wantsOffline.write(false);
    await client
      .signOut()
      .catch((error) => showMessage(`You are still signed in. ${errorMessage(error)}`));
  };
  const timer = setInterval(show, 1000);
  const unsubscribe = connection.subscribe(show);
  offline.checked = wantsOffline.read();
  if (offline.checked) connection.pause();
  offline.addEventListener('change', toggle, { signal });
  byId('sign-out').addEventListener('click', signOut, { signal });
  signal.addEventListener('abort', () => {
    clearInterval(timer);
    unsubscribe();
    setText(copy, '');
  });
  show();
}

/** Describes why the offline copy does not work; empty if it does. */
function describeCopy({ offlineError }: ConnectionState): string {
  const reason = offlineError?.message;
  return reason ? `This device cannot keep your data for offline use: ${reason}.` : '';
}

/** Sets a text only if it has changed, so that screen readers do not repeat it. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Describes the age of the store's heartbeat value by the server's time. */
function describeBeat(beat: unknown, now: number): string {
  const time = Date.parse(`${beat}`);
  return Number.isNaN(time) ? 'no heartbeat yet' : `heartbeat ${age(now - time)}`;
}
