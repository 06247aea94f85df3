import { type RefObject, useEffect, useRef } from 'react';
import type { Connection } from '../../client/index.ts';
import { useStores } from '../../client/react/index.tsx';
import { Account } from '../account/account.tsx';
import { HistoryButton } from '../history/history-button.tsx';
import { ListNav } from '../lists/list-nav.tsx';
import { SharedList } from '../lists/shared-list.tsx';
import type { SharedList as List } from '../lists/shown-list.ts';
import { Notes } from './notes.tsx';
import { Tasks } from './tasks.tsx';
import { Values } from './values.tsx';

export interface WorkspaceProps {
  /** The list that is shown; undefined for the private one. */
  list: List | undefined;
  connection: Connection;
  /** Another number loads the account again. */
  accountVersion: number;
  /** Whether what had the focus was removed: a form for signing in, or another list. */
  takesFocus: RefObject<boolean>;
}

/** The lists and the account of the signed-in user, a panel for each part. */
export function Workspace({ list, connection, accountVersion, takesFocus }: WorkspaceProps) {
  const lists = useStores();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Read here, and not while rendering: what was shown before sets it when it is removed.
    if (takesFocus.current) heading.current!.focus();
  }, []);
  return (
    <main className="workspace">
      <ListNav shown={list} lists={lists} />
      {list ? (
        <SharedList
          list={lists?.find(({ store }) => store === list.store) ?? list}
          heading={heading}
        />
      ) : (
        <>
          <Tasks heading={heading} action={<HistoryButton />} />
          <div className="side">
            <Values />
            <Notes connection={connection} />
          </div>
        </>
      )}
      <Account version={accountVersion} />
    </main>
  );
}
