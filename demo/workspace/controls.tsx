import { useEffect, useState } from 'react';
import type { Connection } from '../../client/index.ts';
import { TinyHostProvider, useClient } from '../../client/react/index.tsx';
import { errorMessage } from '../ui/error-messages.ts';
import { usePage } from '../ui/page-context.ts';
import { tabText } from '../ui/tab-text.ts';

/** Whether the offline switch is on in this tab. */
const wantsOffline = tabText('tinyhost-demo:offline');

export interface ControlsProps {
  connection: Connection;
  /** Whether the connection is to a shared list. */
  isShared: boolean;
}

/** The offline switch, and the button that signs out. */
export function Controls({ connection, isShared }: ControlsProps) {
  const client = useClient();
  const { showMessage } = usePage();
  const [isOffline, setOffline] = useState(() => wantsOffline.read() === 'yes');
  useEffect(() => {
    wantsOffline.write(isOffline ? 'yes' : undefined);
    if (isOffline) connection.pause();
    else connection.resume();
  }, [connection, isOffline]);
  const signOut = async () => {
    showMessage('');
    setOffline(false);
    // The effect that writes it does not run if the sign-out removes this component first.
    wantsOffline.write(undefined);
    await client
      .signOut()
      .catch((error) => showMessage(`You are still signed in. ${errorMessage(error)}`));
  };
  return (
    <div className="controls">
      <label className="switch">
        <input
          type="checkbox"
          checked={isOffline}
          onChange={({ target }) => setOffline(target.checked)}
        />
        Offline
      </label>
      <button type="button" onClick={signOut}>
        Sign out
      </button>
      {/* The server tells of changes of the user's lists through the private store. */}
      {isShared && !isOffline && <TinyHostProvider client={client} fragmentSize={0} offline />}
    </div>
  );
}
