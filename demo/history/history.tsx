import { useRef, useState } from 'react';
import { useMembers, useRole, useSession } from '../../client/react/index.tsx';
import type { SharedList } from '../lists/shown-list.ts';
import { counted } from './describe-moment.ts';
import { MomentList } from './moment-list.tsx';
import { OFFLINE, useHistory } from './use-history.ts';

/** What the last restore did. */
interface Outcome {
  text: string;
  /** The moment that takes it back; null if there is nothing to take back. */
  undo: string | null;
}

const MAY_READ = 'What has changed in this list, and by whom.';
const MAY_RESTORE = 'The list can be brought back as it was before each of these changes.';

/** The moments of a list. They can be restored, except by those who may only read the list. */
export function History({ list }: { list: SharedList | undefined }) {
  const mayRestore = (useRole() ?? list?.role) !== 'viewer';
  const history = useHistory(list?.store);
  const { listed, problem, isReachable } = history;
  const { outcome, restore, undo } = useRestores(history.restore);
  const intro = useRef<HTMLParagraphElement>(null);
  const authors = {
    email: useSession()?.user.email,
    members: useMembers() ?? [],
    sessions: listed?.sessions ?? [],
  };
  const waiting = listed || problem ? '' : isReachable ? 'Loading…' : OFFLINE;
  const undoAll = () => {
    // The button is removed.
    intro.current!.focus();
    undo();
  };
  return (
    <>
      <p className="quiet" ref={intro} tabIndex={-1}>
        {mayRestore ? MAY_RESTORE : MAY_READ}
      </p>
      <p className="quiet" role="status" aria-label="History">
        {outcome?.text ?? waiting}
      </p>
      {outcome?.undo && (
        <div className="actions">
          <button type="button" className="primary" onClick={undoAll}>
            Undo
          </button>
        </div>
      )}
      <p className="problem" role="alert">
        {problem}
      </p>
      {problem && !listed && (
        <div className="actions">
          <button type="button" onClick={history.reload}>
            Try again
          </button>
        </div>
      )}
      {listed && (
        <MomentList
          listed={listed}
          authors={authors}
          restore={mayRestore ? restore : undefined}
          loadEarlier={() => history.loadEarlier(listed)}
        />
      )}
    </>
  );
}

/** Restores, and takes the last restore back. */
function useRestores(restoreAt: ReturnType<typeof useHistory>['restore']) {
  const [outcome, setOutcome] = useState<Outcome>();
  const restore = (at: string, time: string) =>
    restoreAt(at, ({ changed, undo }) => {
      const text = undo
        ? `The list is as it was before ${time}: ${counted(changed, 'change')}.`
        : `The list is the same as before ${time}.`;
      setOutcome({ text, undo });
    });
  const undo = () =>
    restoreAt(outcome!.undo!, () => setOutcome({ text: 'The restore is undone.', undo: null }));
  return { outcome, restore, undo };
}
