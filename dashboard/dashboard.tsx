import { useCallback, useMemo, useState } from 'react';
import { Messages } from '../demo/ui/messages.ts';
import { tabText } from '../demo/ui/tab-text.ts';
import { AdminApi, adminUrl } from './api/admin-api.ts';
import { AdminContext } from './parts/admin-context.ts';
import { Loaded } from './parts/loaded.tsx';
import { useAnswer } from './parts/use-answer.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

/** The key lasts as long as the tab; without storage, until the next reload. */
const keptKey = tabText('tinyhost-operator-key');

/** The operator's dashboard: the form for the key, or all that the key may see. */
export function Dashboard() {
  const [key, setKey] = useState(() => keptKey.read());
  const [message, showMessage] = useState('');
  const keep = useCallback((next: string | undefined, message = '') => {
    keptKey.write(next);
    setKey(next);
    showMessage(message);
  }, []);
  const signOut = useCallback(() => keep(undefined, 'Signed out.'), [keep]);
  const refuse = useCallback(() => keep(undefined, 'Signed out: the key is not valid.'), [keep]);
  return (
    <Messages value={showMessage}>
      {key === undefined ? (
        <SignIn message={message} onKey={keep} />
      ) : (
        <SignedIn key={key} secret={key} message={message} onRefusedKey={refuse} onEnd={signOut} />
      )}
    </Messages>
  );
}

interface SignedInProps {
  secret: string;
  message: string;
  onRefusedKey: () => void;
  onEnd: () => void;
}

/** Finds out what the key may do. */
function SignedIn({ secret, message, onRefusedKey, onEnd }: SignedInProps) {
  const api = useMemo(
    () => new AdminApi(adminUrl(location), secret, onRefusedKey),
    [secret, onRefusedKey],
  );
  const answer = useAnswer(useCallback((signal: AbortSignal) => api.access(signal), [api]));
  return (
    <Loaded answer={answer}>
      {(access) => (
        <AdminContext value={{ api, access }}>
          <Shell message={message} onSignOut={onEnd} />
        </AdminContext>
      )}
    </Loaded>
  );
}
