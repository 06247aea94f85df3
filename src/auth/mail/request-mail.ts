import type { ClientInfo } from '../../operations.ts';
import { accountShard } from '../../protocol/account-shard.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { Account } from '../accounts/accounts.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { KnownNetworks } from '../rate-limit/known-networks.ts';
import type { MailPurpose } from './mail.ts';
import { limitMails } from './mail-quota.ts';
import { MailTokens } from './mail-tokens.ts';

const NO_MAIL = fail('not_found', 'no mail is sent from here');

interface MailRequest {
  namespace: string;
  email: string;
  client: ClientInfo;
}

/** Posts a mail to an address. With no account there, it does as much, and sends none. */
export async function requestMail(
  { host, outbox, mailKey }: AccountsContext,
  { namespace, email, client }: MailRequest,
  account: Account | undefined,
  purpose: MailPurpose,
): Promise<Result<unknown>> {
  if (host.config.MAIL === 'off') return NO_MAIL;
  const known = await new KnownNetworks(host.storage).has(account?.id, client.address);
  const admitted = await limitMails(host, email, client, known);
  if (!admitted.ok) return admitted;
  const shard = await accountShard(namespace, email);
  const recipient = { account: account?.id ?? 'nobody', purpose, shard };
  await outbox.transact(async (transaction, post) => {
    const mail = post({ kind: 'mail', account: recipient.account, purpose });
    await new MailTokens(transaction, mailKey).issue(recipient, mail);
  });
  return succeed({});
}
