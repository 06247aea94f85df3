import { useCallback, useEffect, useRef, useState } from 'react';
import type { ListedSession } from '../../client/index.ts';
import { useClient, useConnectionState, useSession } from '../../client/react/index.tsx';
import { usePage } from '../hooks/page-context.ts';
import { useEnding } from '../hooks/use-ending.ts';
import { errorMessage } from '../ui/error-messages.ts';
import { AccountDialog, type AccountDialogKind } from './account-dialogs.tsx';
import { downloadExport } from './download-export.ts';
import { SessionList } from './session-list.tsx';

/** The account: its address, password, sessions, export and deletion. */
export function Account({ version }: { version: number }) {
  const client = useClient();
  const email = useSession()?.user.email ?? '';
  const { openMailDialog } = usePage();
  const { sessions, isVerified, problem, attempt, refresh } = useAccount(version);
  const [dialog, setDialog] = useState<AccountDialogKind>();

  const endSession = (id: string) =>
    attempt(async (signal) => {
      await client.revokeSession(id, { signal }).catch((error) => {
        if (error.code !== 'proof_needed') throw error;
        setDialog({ kind: 'end-session', id });
      });
    });
  return (
    <section className="card account" aria-labelledby="account-title">
      <h2 id="account-title">Account</h2>
      <p>
        {email}{' '}
        <span className="quiet">
          {isVerified !== undefined && (isVerified ? 'verified' : 'not verified')}
        </span>
      </p>
      <div className="actions">
        <button type="button" onClick={() => setDialog({ kind: 'change-password' })}>
          Change password…
        </button>
        {isVerified === false && (
          <button type="button" onClick={() => openMailDialog({ purpose: 'verify', token: '' })}>
            Verify address…
          </button>
        )}
      </div>
      <SessionList sessions={sessions} end={endSession} />
      <p className="problem" role="alert">
        {problem}
      </p>
      <div className="actions">
        <button type="button" onClick={refresh}>
          Refresh
        </button>
        <button type="button" onClick={() => attempt((signal) => downloadExport(client, signal))}>
          Download everything
        </button>
        <button type="button" className="danger" onClick={() => setDialog({ kind: 'delete' })}>
          Delete account…
        </button>
      </div>
      {dialog && (
        <AccountDialog
          dialog={dialog}
          email={email}
          onChange={refresh}
          onClose={() => setDialog(undefined)}
        />
      )}
    </section>
  );
}

/**
 * Loads the account: at once, for each new `version`, and when the device is online again after a
 * failure.
 */
function useAccount(version: number) {
  const client = useClient();
  const { status } = useConnectionState();
  const [sessions, setSessions] = useState<readonly ListedSession[]>([]);
  const [isVerified, setVerified] = useState<boolean>();
  const [problem, setProblem] = useState('');
  const isCurrent = useRef(false);
  const ending = useEnding();

  /** Runs an action and loads the account again. Shows the error if one of them fails. */
  const attempt = useCallback(
    async (run: (signal: AbortSignal) => Promise<unknown>) => {
      const signal = ending();
      setProblem('');
      try {
        await run(signal);
        isCurrent.current = false;
        const loaded = [client.sessions({ signal }), client.session({ signal })] as const;
        const [listed, { user }] = await Promise.all(loaded);
        isCurrent.current = true;
        setSessions(listed);
        setVerified(user.verified_at !== null);
      } catch (error) {
        if (!signal.aborted) setProblem(errorMessage(error));
      }
    },
    [client],
  );
  const refresh = useCallback(() => attempt(async () => undefined), [attempt]);
  useEffect(() => void refresh(), [refresh, version]);
  useEffect(() => {
    if (status === 'online' && !isCurrent.current) void refresh();
  }, [refresh, status]);
  return { sessions, isVerified, problem, attempt, refresh };
}
