import type { MembershipNews } from '../../operations/auth-room-operations.ts';
import { Accounts } from '../accounts/accounts.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { Memberships } from './memberships.ts';

/**
 * Stores the state of a membership that the room of its store has told. If the account was deleted,
 * perhaps before its list had this store, it leaves the store instead. Returns whether the account
 * is there.
 */
export function keepMembership(outbox: Outbox, news: MembershipNews): Promise<boolean> {
  const { account, store, role } = news;
  return outbox.transact(async (transaction, post) => {
    const member = await new Accounts(transaction).get(account);
    if (!member) {
      if (role !== null) post({ kind: 'leave-store', store, account });
      return false;
    }
    const changed = await new Memberships(transaction).set(news);
    if (changed) post({ kind: 'stores-changed', user: account });
    if (news.is_deleted) post({ kind: 'directory-store', namespace: member.namespace, store });
    return true;
  });
}
