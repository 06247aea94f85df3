import { fail, type Result, succeed } from '../protocol/errors.ts';
import { type Account, addressHash } from './accounts.ts';
import type { AuthContext } from './context.ts';
import type { MailPurpose } from './mail.ts';

const NO_MAIL = fail('not_found', 'no mail is sent from here');

/** Posts a mail to an address. With no account there, it does as much, and sends none. */
export async function requestMail(
  { host, mails, outbox }: AuthContext,
  { namespace, email }: { namespace: string; email: string },
  account: Account | undefined,
  purpose: MailPurpose,
): Promise<Result<unknown>> {
  if (host.config.MAIL === 'off') return NO_MAIL;
  const counted = await mails.attempt(addressHash(namespace, email), async () => undefined);
  if (!counted.ok) return counted;
  await outbox.transact(async (_, post) =>
    post(account ? { kind: 'mail', account: account.id, purpose } : { kind: 'nothing' }),
  );
  return succeed({});
}
