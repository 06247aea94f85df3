import { useMemo } from 'react';
import { LoadingPart, useModule } from '../../demo/ui/on-demand.tsx';
import { pathOf } from '../api/admin-api.ts';
import { StoreView } from '../api/store-view.ts';
import { useAdmin, useScopes } from '../parts/admin-context.ts';
import { hrefOf } from '../route.ts';

/** TinyBase and the tables, which other parts do not need. */
const loadBrowser = () => import('./data-browser.tsx');

interface DataPageProps {
  namespace: string;
  /** The account whose private store is shown. */
  account?: string;
  /** The shared store that is shown. */
  store?: string;
}

/** The content of a store, private or shared. */
export function DataPage({ namespace, account, store }: DataPageProps) {
  const { api } = useAdmin();
  const may = useScopes();
  const { module, hasFailed } = useModule(loadBrowser, true);
  const path =
    account !== undefined
      ? pathOf(namespace, 'accounts', account, 'store')
      : pathOf(namespace, 'stores', store!, 'store');
  const view = useMemo(() => new StoreView(api, path), [api, path]);
  const back =
    account !== undefined
      ? hrefOf({ section: 'accounts', namespace, id: account })
      : hrefOf({ section: 'stores', namespace });
  return (
    <>
      <p>
        <a href={back}>{account !== undefined ? 'The account' : 'All shared stores'}</a>
      </p>
      <section className="card" aria-labelledby="data-title">
        <div className="head">
          <h2 id="data-title" tabIndex={-1}>
            {account !== undefined ? 'Private store' : 'Shared store'}
          </h2>
          <p className="quiet">{account ?? store}</p>
        </div>
        {module ? (
          <module.DataBrowser view={view} isReadOnly={!may('stores:write')} />
        ) : (
          <LoadingPart hasFailed={hasFailed} />
        )}
      </section>
    </>
  );
}
