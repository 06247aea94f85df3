import { type RefObject, useEffect, useRef } from 'react';
import { useConnectionState, useRole } from '../../client/react/index.tsx';
import { HistoryButton } from '../history/history-button.tsx';
import { usePage } from '../hooks/page-context.ts';
import { Tasks } from '../workspace/tasks.tsx';
import { People } from './members/people.tsx';
import type { SharedList as List } from './shown-list.ts';
import { useTyping } from './use-typing.ts';

export interface SharedListProps {
  list: List;
  heading: RefObject<HTMLHeadingElement | null>;
}

/** The tasks and the members of a shared list. */
export function SharedList({ list, heading }: SharedListProps) {
  const { typing, present } = useTyping();
  const isLeaving = useRef(false);
  const isReadOnly = (useRole() ?? list.role) === 'viewer';
  useLostAccess(list.name, isLeaving);
  useRefusals();
  return (
    <>
      <Tasks
        heading={heading}
        title={list.name}
        isReadOnly={isReadOnly}
        typing={typing}
        action={<HistoryButton list={list} />}
      />
      <div className="side">
        <People list={list} present={present} isLeaving={isLeaving} />
      </div>
    </>
  );
}

/** Shows the private list, and why, when the user may no longer read this one. */
function useLostAccess(name: string, isLeaving: RefObject<boolean>): void {
  const { status, reason } = useConnectionState();
  const { showList } = usePage();
  const code = status === 'refused' ? reason?.code : undefined;
  useEffect(() => {
    if (code === 'storeDeleted') showList(undefined, `“${name}” is deleted.`);
    // A call by somebody who is no member is answered as if there were no such list.
    if (code !== 'notAMember' && code !== 'not_found') return;
    const what = isLeaving.current ? 'You have left' : 'You are no longer a member of';
    showList(undefined, `${what} “${name}”.`);
  }, [code]);
}

/** Says that edits were undone, such as those that a viewer made before the role was known. */
function useRefusals(): void {
  const { refused } = useConnectionState();
  const { showMessage } = usePage();
  useEffect(() => {
    if (refused) showMessage('You may only read this list, so your last changes were undone.');
  }, [refused, showMessage]);
}
