import { type RefObject, useEffect, useRef } from 'react';
import type { Connection } from '../../client/index.ts';
import { Account } from '../account/account.tsx';
import { Notes } from './notes.tsx';
import { Tasks } from './tasks.tsx';
import { Values } from './values.tsx';

export interface WorkspaceProps {
  connection: Connection;
  /** Another number loads the account again. */
  accountVersion: number;
  /** Whether the user has just signed in with the keyboard or a button of a form. */
  takesFocus: RefObject<boolean>;
}

/** The store and the account of the signed-in user, a panel for each part. */
export function Workspace({ connection, accountVersion, takesFocus }: WorkspaceProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Read here, and not while rendering: what was shown before sets it when it is removed.
    if (takesFocus.current) heading.current!.focus();
  }, []);
  return (
    <main className="workspace">
      <Tasks heading={heading} />
      <div className="side">
        <Values />
        <Notes connection={connection} />
      </div>
      <Account version={accountVersion} />
    </main>
  );
}
