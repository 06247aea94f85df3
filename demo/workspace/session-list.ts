import type { ListedSession } from '../../client/index.ts';
import { byId, find, fromTemplate, keyedRows } from '../ui/dom.ts';

export interface SessionList {
  show(listed: readonly ListedSession[]): void;
}

/** Shows the sessions of an account. All except the current one have a button that calls `end`. */
export function sessionList(end: (id: string) => void): SessionList {
  let sessions = new Map<string, ListedSession>();
  const rows = keyedRows(byId('sessions'), {
    fallbackFocus: byId('sessions-title'),
    make(id) {
      const row = fromTemplate('session-row');
      find(row, 'button').addEventListener('click', () => end(id));
      return row;
    },
    update(row, id) {
      const { user_agent, created_at, current } = sessions.get(id)!;
      const name = user_agent || 'Unknown program';
      const since = formatTime(created_at);
      const button = find(row, 'button');
      find(row, '.name').textContent = name;
      find(row, '.quiet').textContent = current ? 'this one' : `since ${since}`;
      button.hidden = current;
      button.setAttribute('aria-label', `End the session of ${name} since ${since}`);
    },
  });
  return {
    show(listed) {
      sessions = new Map(listed.map((session) => [session.id, session]));
      rows.show([...sessions.keys()]);
    },
  };
}

const formatTime = (time: string): string =>
  new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
