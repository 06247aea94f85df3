import { useEffect, useState } from 'react';
import type { Connection } from '../../client/index.ts';
import { useClient } from '../../client/react/index.tsx';
import { errorMessage } from '../ui/error-messages.ts';
import { usePage } from '../ui/page-context.ts';
import { tabFlag } from '../ui/tab-flag.ts';

/** Whether the offline switch is on in this tab. */
const wantsOffline = tabFlag('tinyhost-demo:offline');

/** The offline switch, and the button that signs out. */
export function Controls({ connection }: { connection: Connection }) {
  const client = useClient();
  const { showMessage } = usePage();
  const [isOffline, setOffline] = useState(wantsOffline.read);
  useEffect(() => {
    wantsOffline.write(isOffline);
    if (isOffline) connection.pause();
    else connection.resume();
  }, [connection, isOffline]);
  const signOut = async () => {
    showMessage('');
    setOffline(false);
    // The effect that writes it does not run if the sign-out removes this component first.
    wantsOffline.write(false);
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
    </div>
  );
}
