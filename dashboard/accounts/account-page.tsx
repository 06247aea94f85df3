import { useCallback } from 'react';
import { pathOf } from '../api/admin-api.ts';
import { ACCOUNT_DETAILS, type AccountDescription, type AccountSession } from '../api/responses.ts';
import { useAdmin } from '../parts/admin-context.ts';
import { dateText, timeText } from '../parts/format.ts';
import { Loaded } from '../parts/loaded.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { hrefOf } from '../route.ts';
import { AccountActions } from './account-actions.tsx';
import { Badges } from './badges.tsx';
import { StoreUsageRow } from './store-usage-row.tsx';

interface AccountPageProps {
  namespace: string;
  id: string;
}

/** One account: what it is, who is signed in, and its stores. */
export function AccountPage({ namespace, id }: AccountPageProps) {
  const { api } = useAdmin();
  const load = useCallback(
    (signal: AbortSignal) =>
      api.call(pathOf(namespace, 'accounts', id), ACCOUNT_DETAILS, { signal }),
    [api, namespace, id],
  );
  const answer = useAnswer(load);
  return (
    <>
      <p>
        <a href={hrefOf({ section: 'accounts', namespace })}>All accounts</a>
      </p>
      <section className="card" aria-labelledby="account-title">
        <div className="head">
          <h2 id="account-title" tabIndex={-1}>
            {answer.value?.account.email ?? 'Account'}
          </h2>
          <button type="button" onClick={answer.reload}>
            Refresh
          </button>
        </div>
        <Loaded answer={answer}>
          {({ account }) => (
            <>
              <Badges account={account} />
              <dl className="facts">
                <dt>Since</dt>
                <dd>{timeText(account.created_at)}</dd>
                <dt>Verified</dt>
                <dd>{account.verified_at === null ? 'not yet' : timeText(account.verified_at)}</dd>
                <dt>Id</dt>
                <dd>{account.id}</dd>
              </dl>
              <AccountActions namespace={namespace} account={account} onChange={answer.reload} />
            </>
          )}
        </Loaded>
      </section>
      {answer.value && <Details namespace={namespace} details={answer.value} />}
    </>
  );
}

interface DetailsProps {
  namespace: string;
  details: AccountDescription;
}

const Details = ({ namespace, details: { account, sessions, stores } }: DetailsProps) => (
  <>
    <section className="card" aria-labelledby="stores-title">
      <h2 id="stores-title">Stores</h2>
      <ul className="rows" aria-labelledby="stores-title">
        {stores.map((store) => (
          <StoreUsageRow
            key={store.id}
            namespace={namespace}
            account={account.id}
            usage={store}
            sessions={sessions}
          />
        ))}
      </ul>
    </section>
    <section className="card" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Signed in</h2>
      <ul className="rows" aria-labelledby="sessions-title">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      {sessions.length === 0 && <p className="empty">On no device.</p>}
    </section>
  </>
);

const SessionRow = ({ session }: { session: AccountSession }) => (
  <li>
    <span className="name-and-time">
      <span className="name">{session.user_agent || 'Unknown program'}</span>
      <span className="quiet">
        since {timeText(session.created_at)}, last used on {dateText(session.last_used_on)}, until{' '}
        {dateText(session.expires_at)}
      </span>
    </span>
  </li>
);
