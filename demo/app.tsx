import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useConnection, useSession } from '../client/react/index.tsx';
import { type FormName, Page } from './hooks/page-context.ts';
import { useFragment } from './hooks/use-fragment.ts';
import { keptInvitation, readInvitationLink } from './lists/invitation-link.ts';
import type { SharedList } from './lists/shown-list.ts';
import { Messages } from './ui/messages.ts';
import { LoadingPart, loadWhenIdle, useModule } from './ui/on-demand.tsx';
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

export interface AppProps {
  /** The list that the connection is to; undefined for the private one. */
  list: SharedList | undefined;
  /** The ids of the shared lists that were shown before. */
  recentLists: readonly string[];
  onListChange: (list: SharedList | undefined) => void;
}

/** The page: the forms for signing in, or the workspace of the signed-in user. */
export function App({ list, recentLists, onListChange }: AppProps) {
  const session = useSession();
  const connection = useConnection();
  const [message, showMessage] = useState('');
  const [form, showForm] = useState<FormName>('sign-in');
  const [mail, openMailDialog] = useState<MailLink>();
  const [accountVersion, setAccountVersion] = useState(0);
  const [invitation, setInvitation] = useInvitation();
  const hasEntered = useRef(false);
  const { module: signedIn, hasFailed } = useModule(loadSignedIn, !!session);
  const showList = useCallback(
    (next?: SharedList, message = '') => {
      // What had the focus is removed.
      hasEntered.current = true;
      showMessage(message);
      onListChange(next);
    },
    [onListChange],
  );
  const page = useMemo(() => ({ showMessage, showForm, openMailDialog, showList }), [showList]);

  useEffect(() => {
    if (session) showMessage('');
    else showForm('sign-in');
  }, [session]);
  useEffect(() => {
    dispatchEvent(new Event('page-ready'));
    loadWhenIdle(loadSignedIn);
  }, []);
  useSignOutReason(showMessage);
  useFragment(readMailLink, openMailDialog);

  const verified = () => {
    if (connection?.state.status === 'refused') connection.resume();
    setAccountVersion((version) => version + 1);
  };
  return (
    <Page value={page}>
      <Messages value={showMessage}>
        <header className="bar">
          <h1>
            <img src="/favicon.svg" alt="" width="28" height="28" />
            TinyHost
          </h1>
          {connection && signedIn && <signedIn.ConnectionStatus />}
          {connection && signedIn && (
            <signedIn.Controls
              connection={connection}
              // The server tells of changes of the user's lists through the private store.
              background={list ? [undefined, ...recentLists] : recentLists}
            />
          )}
        </header>
        {signedIn && <signedIn.OfflineCopyWarning />}
        <p className="news" role="status" aria-label="News">
          {message}
        </p>
        {!session && <Welcome form={form} isInvited={!!invitation} hadFocus={hasEntered} />}
        {connection && !signedIn && (
          <main>
            <LoadingPart hasFailed={hasFailed} />
          </main>
        )}
        {session && connection && signedIn && (
          <signedIn.Workspace
            key={`${session.session_uuid} ${list?.store}`}
            list={list}
            connection={connection}
            accountVersion={accountVersion}
            takesFocus={hasEntered}
          />
        )}
        {session && signedIn && invitation && (
          <signedIn.JoinDialog
            key={invitation}
            token={invitation}
            onClose={() => setInvitation(undefined)}
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
      </Messages>
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

/** The token of the invitation whose link was opened, until it is accepted or declined. */
function useInvitation() {
  const [token, setToken] = useState<string>();
  const keep = useCallback((next: string | undefined) => {
    keptInvitation.write(next);
    setToken(next);
  }, []);
  useFragment(readInvitationLink, keep);
  // Not read while rendering: the HTML has no invitation.
  useEffect(() => setToken((current) => current ?? keptInvitation.read()), []);
  return [token, keep] as const;
}
