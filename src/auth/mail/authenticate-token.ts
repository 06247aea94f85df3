import type { TokenUse } from '../../operations.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { type Account, Accounts } from '../accounts/accounts.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { limitRequests } from '../rate-limit/rate-limit.ts';
import type { MailPurpose } from './mail.ts';
import { MailTokens } from './mail-tokens.ts';

export const INVALID_TOKEN = fail('invalid_token', 'this token is not, or no longer, good', {
  field: 'token',
});

/**
 * The account that a token from a mail was made for. Only tokens that are not good count as
 * requests of their network: whoever has a good one is let in, whatever others did there.
 */
export async function authenticateToken(
  { host, mailKey }: AccountsContext,
  { token, namespace, client }: TokenUse,
  purpose: MailPurpose,
): Promise<Result<Account>> {
  const id = await new MailTokens(host.storage, mailKey).find(token, purpose);
  const account = id === undefined ? undefined : await new Accounts(host.storage).get(id);
  if (account?.namespace === namespace) return succeed(account);
  const admitted = await limitRequests(host, client.address);
  return admitted.ok ? INVALID_TOKEN : admitted;
}
