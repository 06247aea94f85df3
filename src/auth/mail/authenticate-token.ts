import type { TokenUse } from '../../operations/auth-room-operations.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { type Account, Accounts } from '../accounts/accounts.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { limitRequests } from '../rate-limit/request-counter.ts';
import type { MailPurpose } from './mail.ts';
import { MailTokens } from './mail-tokens.ts';

export const INVALID_TOKEN = fail('invalid_token', 'this token is not, or no longer, good', {
  field: 'token',
});

/**
 * Finds the account of a token from a mail. Only invalid tokens count against the rate limit of
 * their network, so that others there cannot block somebody with a valid token.
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
