import { useState } from 'react';
import type { Membership } from '../../client/index.ts';
import { useClient } from '../../client/react/index.tsx';
import { usePage } from '../hooks/page-context.ts';
import { NameDialog } from './name-dialog.tsx';
import type { SharedList } from './shown-list.ts';

export interface ListNavProps {
  /** The list that is shown; undefined for the private one. */
  shown: SharedList | undefined;
  /** Undefined until they are fetched. */
  lists: readonly Membership[] | undefined;
}

/** The lists of the user, and the button that makes another one. */
export function ListNav({ shown, lists }: ListNavProps) {
  const { showList } = usePage();
  const client = useClient();
  const [isNaming, setNaming] = useState(false);
  const create = async (name: string) => showList(await client.stores.create(name));
  const all: readonly SharedList[] = lists ?? [];
  // Without network, only this one is known.
  const isMissing = shown && !all.some(({ store }) => store === shown.store);
  return (
    <nav className="lists" aria-label="Lists">
      <button type="button" aria-current={shown ? undefined : 'page'} onClick={() => showList()}>
        Private list
      </button>
      {(isMissing ? [...all, shown] : all).map((list) => (
        <button
          key={list.store}
          type="button"
          aria-current={list.store === shown?.store ? 'page' : undefined}
          onClick={() => showList(list)}
        >
          {list.name}
        </button>
      ))}
      <button type="button" className="quiet" onClick={() => setNaming(true)}>
        New list…
      </button>
      {isNaming && (
        <NameDialog
          title="New list"
          action="Make the list"
          run={create}
          onClose={() => setNaming(false)}
        />
      )}
    </nav>
  );
}
