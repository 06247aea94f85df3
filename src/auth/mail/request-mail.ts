import type { ClientInfo } from '../../operations/client-info.ts';
import type { RoomTransaction } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { Account } from '../accounts/accounts.ts';
import type { AccountsContext } from '../accounts/context.ts';
import type { PostJob } from '../outbox/outbox.ts';
import { KnownNetworks } from '../rate-limit/known-networks.ts';
import type { MailPurpose } from './mail.ts';
import { limitMails } from './mail-counter.ts';
import { MailTokens, type Recipient } from './mail-tokens.ts';

export const NO_MAIL = fail('not_found', 'no mail is sent from here');

interface MailRequest {
  email: string;
  /** The room of the account that the address has or would have. */
  shard: string;
  client: ClientInfo;
}

/**
 * Posts a mail to an address. Without an account it does the same work, so that the time does not
 * show the difference, and sends nothing.
 */
export async function requestMail(
  { host, outbox, mailKey }: AccountsContext,
  { email, shard, client }: MailRequest,
  account: Account | undefined,
  purpose: MailPurpose,
): Promise<Result<unknown>> {
  if (host.config.MAIL === 'off') return NO_MAIL;
  const known = await new KnownNetworks(host.storage).has(account?.id, client.address);
  const admitted = await limitMails(host, email, client, known);
  if (!admitted.ok) return admitted;
  const recipient = { account: account?.id ?? 'nobody', purpose, shard };
  await outbox.transact((transaction, post) => postMail(transaction, post, mailKey, recipient));
  return succeed({});
}

/** Issues the token of a mail, and posts the mail to the outbox. */
export async function postMail(
  transaction: RoomTransaction,
  post: PostJob,
  mailKey: Uint8Array,
  recipient: Recipient,
): Promise<void> {
  const mailId = post({ kind: 'mail', ...recipient });
  await new MailTokens(transaction, mailKey).issue(recipient, mailId);
}
