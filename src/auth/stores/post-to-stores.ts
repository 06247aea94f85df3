import type { RoomTransaction } from '../../platform.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import type { Account } from '../accounts/accounts.ts';
import type { PostJob } from '../outbox/outbox.ts';
import type { OutboxJob } from '../outbox/outbox-job.ts';
import { Memberships } from './memberships.ts';

/** Ends all memberships of an account that is being deleted. */
export async function leaveStores(
  transaction: RoomTransaction,
  post: PostJob,
  { id: account, namespace }: Account,
): Promise<void> {
  for (const store of await new Memberships(transaction).removeAll(account)) {
    post({ kind: 'leave-store', store, account, namespace });
  }
}

/** Posts that sessions have ended, to every room that may have their sockets. */
export const postEndOfSessions = (
  transaction: RoomTransaction,
  post: PostJob,
  user: string,
  session_hashes: string[],
  close: CloseName = 'sessionEnded',
): Promise<void> =>
  postSessionNews(transaction, post, { kind: 'end-sessions', user, session_hashes, close });

type SessionNews = Extract<OutboxJob, { kind: 'end-sessions' | 'renew-session' }>;

/** Posts news of sessions to the private room of an account, and to those of its stores. */
export async function postSessionNews(
  transaction: RoomTransaction,
  post: PostJob,
  news: SessionNews,
): Promise<void> {
  post(news);
  for (const { store } of await new Memberships(transaction).list(news.user)) {
    post({ ...news, user: store });
  }
}
