import { type RefObject, useRef } from 'react';
import type { ListedSession } from '../../client/index.ts';
import { useRemovableRow } from '../ui/row.ts';

interface SessionListProps {
  sessions: readonly ListedSession[];
  /** Ends the session with this id. */
  end: (id: string) => void;
}

/** The sessions of the account. All except the current one have a button that ends them. */
export function SessionList({ sessions, end }: SessionListProps) {
  const title = useRef<HTMLHeadingElement>(null);
  return (
    <>
      <h3 id="sessions-title" ref={title} tabIndex={-1}>
        Signed in
      </h3>
      <ul id="sessions" className="rows" aria-labelledby="sessions-title">
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            end={() => end(session.id)}
            fallbackFocus={title}
          />
        ))}
      </ul>
    </>
  );
}

interface SessionRowProps {
  session: ListedSession;
  end: () => void;
  fallbackFocus: RefObject<HTMLElement | null>;
}

function SessionRow({ session, end, fallbackFocus }: SessionRowProps) {
  const row = useRemovableRow(fallbackFocus);
  const name = session.user_agent || 'Unknown program';
  const since = formatTime(session.created_at);
  return (
    <li ref={row}>
      <span className="name-and-time">
        <span className="name">{name}</span>{' '}
        <span className="quiet">{session.current ? 'this one' : `since ${since}`}</span>
      </span>
      {!session.current && (
        <button
          type="button"
          aria-label={`End the session of ${name} since ${since}`}
          onClick={end}
        >
          End
        </button>
      )}
    </li>
  );
}

const formatTime = (time: string): string =>
  new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
