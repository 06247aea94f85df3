import type { ConnectionState, ConnectionStatus } from '../client/index.ts';
import { byId } from './dom.ts';
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

/** What the bar says: how the connection is, and whether everything is safe. */
export function describe({ status, saved, reason }: ConnectionState): string {
  const safety = saved ? 'all changes saved' : 'changes not saved yet';
  const why = status === 'refused' && reason ? `: ${reason.message}` : '';
  return `${WORDS[status]}${why} · ${safety}`;
}

/** The connection's state, the heartbeat's age, the offline switch and the way out. */
export function showStatus({ client, connection, signal }: Panel): void {
  const bar = byId('connection');
  const status = byId('status');
  const heartbeat = byId('heartbeat');
  const offline = byId<HTMLInputElement>('offline');
  const show = () => {
    const { state } = connection;
    bar.dataset.status = state.status;
    const text = describe(state);
    // Only a change is worth being read out.
    if (status.textContent !== text) status.textContent = text;
    heartbeat.textContent = ageOf(state.heartbeatAt);
  };
  const toggle = () => (offline.checked ? connection.pause() : connection.resume());
  const timer = setInterval(show, 1000);
  const unsubscribe = connection.subscribe(show);
  offline.checked = false;
  offline.addEventListener('change', toggle, { signal });
  byId('sign-out').addEventListener('click', () => void client.signOut().catch(show), { signal });
  signal.addEventListener('abort', () => {
    clearInterval(timer);
    unsubscribe();
  });
  show();
}

const ageOf = (heartbeatAt: number | undefined): string =>
  heartbeatAt === undefined
    ? 'no heartbeat yet'
    : `heartbeat ${Math.max(0, Math.round((Date.now() - heartbeatAt) / 1000))} s ago`;
