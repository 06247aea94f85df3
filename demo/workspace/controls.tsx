import { useEffect, useState } from 'react';
import type { Connection } from '../../client/index.ts';
import { TinyHostProvider, useClient } from '../../client/react/index.tsx';
import { usePage } from '../hooks/page-context.ts';
import { errorMessage } from '../ui/error-messages.ts';
import { tabText } from '../ui/tab-text.ts';

/** Whether the offline switch is on in this tab. */
const wantsOffline = tabText('tinyhost-demo:offline');

export interface ControlsProps {
  connection: Connection;
  /** The lists that are connected as well, without being shown; undefined is the private one. */
  background: readonly (string | undefined)[];
}

/** The offline switch, and the button that signs out. */
export function Controls({ connection, background }: ControlsProps) {
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
      {!isOffline &&
        background.map((store) => (
          <TinyHostProvider
            key={`${store}`}
            client={client}
            store={store}
            fragmentSize={0}
            offline
          />
        ))}
    </div>
  );
}
