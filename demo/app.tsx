import { useEffect, useMemo, useRef, useState } from 'react';
import { useConnection, useSession } from '../client/react/index.tsx';
import { LoadingPart, loadWhenIdle, useModule } from './ui/on-demand.tsx';
import { type FormName, Page } from './ui/page-context.ts';
import { MailDialog } from './welcome/mail-dialogs.tsx';
import { type MailLink, readMailLink } from './welcome/mail-link.ts';
import { Welcome } from './welcome/welcome.tsx';
import { Footer } from './workspace/footer.tsx';

/** The client needs its engine to connect. Loaded here, a failure of either is shown. */
async function loadSignedIn() {
  const [signedIn] = await Promise.all([
    import('./workspace/signed-in.tsx'),
    import('../client/connection/connection-engine.ts'),
  ]);
  return signedIn;
}

/** The page: the forms for signing in, or the workspace of the signed-in user. */
export function App() {
  const session = useSession();
  const connection = useConnection();
  const [message, showMessage] = useState('');
  const [form, showForm] = useState<FormName>('sign-in');
  const [mail, openMailDialog] = useState<MailLink>();
  const [accountVersion, setAccountVersion] = useState(0);
  const hasEntered = useRef(false);
  const { module: signedIn, hasFailed } = useModule(loadSignedIn, !!session);
  const page = useMemo(() => ({ showMessage, showForm, openMailDialog }), []);

  useEffect(() => {
    if (session) showMessage('');
    else showForm('sign-in');
  }, [session]);
  useEffect(() => {
    dispatchEvent(new Event('page-ready'));
    loadWhenIdle(loadSignedIn);
  }, []);
  useSignOutReason(showMessage);
  useMailLinks(openMailDialog);

  const verified = () => {
    if (connection?.state.status === 'refused') connection.resume();
    setAccountVersion((version) => version + 1);
  };
  return (
    <Page value={page}>
      <header className="bar">
        <h1>
          <img src="/favicon.svg" alt="" width="28" height="28" />
          TinyHost
        </h1>
        {connection && signedIn && <signedIn.ConnectionStatus />}
        {connection && signedIn && <signedIn.Controls connection={connection} />}
      </header>
      {signedIn && <signedIn.OfflineCopyWarning />}
      <p className="news" role="status" aria-label="News">
        {message}
      </p>
      {!session && <Welcome form={form} hadFocus={hasEntered} />}
      {connection && !signedIn && (
        <main>
          <LoadingPart hasFailed={hasFailed} />
        </main>
      )}
      {session && connection && signedIn && (
        <signedIn.Workspace
          key={session.session_uuid}
          connection={connection}
          accountVersion={accountVersion}
          takesFocus={hasEntered}
        />
      )}
      <Footer />
      {mail && (
        <MailDialog
          key={mail.token}
          link={mail}
          onVerified={verified}
          onClose={() => openMailDialog(undefined)}
        />
      )}
    </Page>
  );
}

/** Shows why the session has ended, unless the user has signed out. */
function useSignOutReason(show: (message: string) => void): void {
  const connection = useConnection();
  useEffect(() => {
    // Not unsubscribed: the page may close a connection before it reports the reason.
    connection?.subscribe(({ status, reason }) => {
      const isNews = status === 'signed-out' && reason?.code !== 'signed_out';
      if (isNews) show(`Signed out: ${reason?.message}.`);
    });
  }, [connection, show]);
}

/** Opens the dialog of a link in a mail, now and when the fragment of the URL changes. */
function useMailLinks(open: (link: MailLink) => void): void {
  useEffect(() => {
    const follow = () => {
      const link = readMailLink(location.hash);
      if (!link) return;
      // Keeps the token out of the browser's history.
      history.replaceState(null, '', location.pathname);
      open(link);
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [open]);
}
