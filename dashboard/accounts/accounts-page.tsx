import { useCallback, useEffect, useState } from 'react';
import { pathOf, query } from '../api/admin-api.ts';
import { ACCOUNT_PAGE, type OperatedAccount } from '../api/responses.ts';
import { useAdmin } from '../parts/admin-context.ts';
import { dateText } from '../parts/format.ts';
import { PagedList } from '../parts/loaded.tsx';
import { usePages } from '../parts/use-pages.ts';
import { hrefOf } from '../route.ts';
import { Badges } from './badges.tsx';

/** How long the operator has to pause before what is typed is searched for, in milliseconds. */
const TYPING_PAUSE_MS = 250;

/** The accounts of a namespace by address, with a search for the beginning of an address. */
export function AccountsPage({ namespace }: { namespace: string }) {
  const { api } = useAdmin();
  const [typed, setTyped] = useState('');
  const prefix = usePaused(typed.trim(), TYPING_PAUSE_MS);
  const load = useCallback(
    async (cursor: string | null, signal: AbortSignal) => {
      const path = `${pathOf(namespace, 'accounts')}${query({ prefix, cursor })}`;
      const { accounts: items, ...page } = await api.call(path, ACCOUNT_PAGE, { signal });
      return { items, ...page };
    },
    [api, namespace, prefix],
  );
  const pages = usePages(load);
  return (
    <section className="card" aria-labelledby="accounts-title">
      <h2 id="accounts-title" tabIndex={-1}>
        Accounts
      </h2>
      <search>
        <label>
          Search by the beginning of the address
          <input
            type="search"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </label>
      </search>
      <PagedList
        pages={pages}
        labelledBy="accounts-title"
        empty={prefix ? `No address begins with “${prefix}”.` : 'Nobody has signed up yet.'}
      >
        {(account) => <AccountRow key={account.id} namespace={namespace} account={account} />}
      </PagedList>
    </section>
  );
}

interface AccountRowProps {
  namespace: string;
  account: OperatedAccount;
}

const AccountRow = ({ namespace, account }: AccountRowProps) => (
  <li>
    <span className="name-and-time">
      <a className="name" href={hrefOf({ section: 'accounts', namespace, id: account.id })}>
        {account.email}
      </a>
      <span className="quiet">since {dateText(account.created_at)}</span>
    </span>
    <Badges account={account} />
  </li>
);

/** Returns a value as soon as it has stayed the same for a time, in milliseconds. */
function usePaused<Value>(value: Value, milliseconds: number): Value {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return paused;
}
