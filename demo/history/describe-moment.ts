import type { ListedSession, Member, StoreMoment } from '../../client/index.ts';

/** Those who can be told by name. */
export interface Authors {
  sessions: readonly ListedSession[];
  members: readonly Member[];
  /** The address of the user. */
  email: string | undefined;
}

const KINDS: Record<StoreMoment['kind'], string> = {
  changes: 'Changed',
  deletion: 'Largely deleted',
  restore: 'Restored',
};

/** Says who made the changes of a moment: `Changed by you and ann@example.com`. */
export function describeAuthors({ kind, by }: StoreMoment, authors: Authors): string {
  const names = [...new Set(by.map((author) => nameOf(author, authors)))];
  const last = names.pop();
  if (last === undefined) return KINDS[kind];
  return `${KINDS[kind]} by ${names.length > 0 ? `${names.join(', ')} and ` : ''}${last}`;
}

function nameOf(author: string, { sessions, members, email }: Authors): string {
  const [type, id = ''] = author.split(':');
  if (type === 'member') {
    const member = members.find((member) => member.id === id);
    if (!member) return 'a former member';
    return member.email === email ? 'you' : member.email;
  }
  if (type !== 'session') return 'an operator of this service';
  const session = sessions.find((session) => session.id.startsWith(id));
  if (!session) return 'a device that is signed out';
  return session.current ? 'this device' : session.user_agent || 'another device';
}

/** Says what has changed: `tasks: 1 row, 2 cells · 3 values`. */
export function describeCounts({ tables, more_tables, values }: StoreMoment): string {
  const parts = Object.entries(tables).map(
    ([table, { rows, cells }]) => `${table}: ${counted(rows, 'row')}, ${counted(cells, 'cell')}`,
  );
  if (more_tables > 0) parts.push(counted(more_tables, 'more table'));
  if (values > 0) parts.push(counted(values, 'value'));
  return parts.join(' · ');
}

export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`;
