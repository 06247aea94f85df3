import { useCallback } from 'react';
import { pathOf, query } from '../api/admin-api.ts';
import { STORE_PAGE } from '../api/responses.ts';
import { useAdmin } from '../parts/admin-context.ts';
import { PagedList } from '../parts/loaded.tsx';
import { usePages } from '../parts/use-pages.ts';
import { hrefOf } from '../route.ts';

/** The shared stores of a namespace. Private stores are with their accounts. */
export function StoresPage({ namespace }: { namespace: string }) {
  const { api } = useAdmin();
  const load = useCallback(
    async (cursor: string | null, signal: AbortSignal) => {
      const path = `${pathOf(namespace, 'stores')}${query({ cursor })}`;
      const { stores: items, ...page } = await api.call(path, STORE_PAGE, { signal });
      return { items, ...page };
    },
    [api, namespace],
  );
  const pages = usePages(load);
  return (
    <section className="card" aria-labelledby="stores-title">
      <h2 id="stores-title" tabIndex={-1}>
        Shared stores
      </h2>
      <p className="quiet">The private store of an account is with the account.</p>
      <PagedList pages={pages} labelledBy="stores-title" empty="Nobody has created one yet.">
        {({ id }) => (
          <li key={id}>
            <span className="name">
              <a href={hrefOf({ section: 'stores', namespace, id })}>{id}</a>
            </span>
          </li>
        )}
      </PagedList>
    </section>
  );
}
