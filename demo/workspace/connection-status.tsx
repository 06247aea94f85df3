import { useEffect, useState } from 'react';
import { useValue } from 'tinybase/ui-react';
import type { ConnectionState, ConnectionStatus as Status } from '../../client/index.ts';
import { useClient, useConnectionState } from '../../client/react/index.tsx';
import { age } from '../ui/age.ts';

const WORDS: Record<Status, string> = {
  offline: 'Offline',
  connecting: 'Connecting…',
  syncing: 'Syncing…',
  online: 'Online',
  stale: 'Online, but the server is silent',
  'signed-out': 'Signed out',
  refused: 'Refused',
};

/** The state of the connection, and the age of the last heartbeat. */
export function ConnectionStatus() {
  const state = useConnectionState();
  return (
    <p className="connection" data-status={state.status}>
      <span className="dot" aria-hidden="true" />
      <span role="status" aria-label="Connection">
        {describe(state)}
      </span>
      <HeartbeatAge />
    </p>
  );
}

/** Describes the state of the connection and whether all changes are saved. */
function describe({ status, saved, reason }: ConnectionState): string {
  const safety = saved ? 'all changes saved' : 'changes not saved yet';
  const why = status === 'refused' && reason ? `: ${reason.message}` : '';
  return `${WORDS[status]}${why} · ${safety}`;
}

function HeartbeatAge() {
  const client = useClient();
  const time = Date.parse(`${useValue('heartbeat')}`);
  const [now, setNow] = useState(client.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(client.now()), 1000);
    return () => clearInterval(timer);
  }, [client]);
  const text = Number.isNaN(time) ? 'no heartbeat yet' : `heartbeat ${age(now - time)}`;
  return <span className="quiet">{text}</span>;
}

/** Says why the offline copy does not work; empty if it does. */
export function OfflineCopyWarning() {
  const reason = useConnectionState().offlineError?.message;
  return (
    <p className="news warning" role="status" aria-label="Offline copy">
      {reason && `This device cannot keep your data for offline use: ${reason}.`}
    </p>
  );
}
