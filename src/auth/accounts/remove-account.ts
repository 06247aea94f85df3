import type { RoomTransaction } from '../../platform.ts';
import { directoryJob } from '../directory/tell-directory.ts';
import { postAccountEvent } from '../hooks/account-event.ts';
import { MailTokens } from '../mail/mail-tokens.ts';
import type { PostJob } from '../outbox/outbox.ts';
import { KnownNetworks } from '../rate-limit/known-networks.ts';
import { Sessions } from '../sessions/sessions.ts';
import { leaveStores } from '../stores/post-to-stores.ts';
import { type Account, Accounts } from './accounts.ts';
import type { AccountsContext } from './context.ts';

/** Removes everything about an account, and posts the same to the rooms that know it. */
export async function removeAccount(
  { host, mailKey }: AccountsContext,
  transaction: RoomTransaction,
  post: PostJob,
  account: Account,
): Promise<void> {
  const { id } = account;
  await new Sessions(transaction, host.config).endAll(id);
  await new MailTokens(transaction, mailKey).revokeAll(id);
  await new KnownNetworks(transaction).forget(id);
  await new Accounts(transaction).remove(account);
  // This also closes the sockets of the account.
  post({ kind: 'destroy', user: id });
  post(directoryJob(account));
  postAccountEvent(post, host.config, account, 'account.deleted');
  await leaveStores(transaction, post, account);
}
