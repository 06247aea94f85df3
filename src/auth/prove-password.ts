import { fail, type Result, succeed } from '../protocol/errors.ts';
import { type Account, Accounts, addressHash } from './accounts.ts';
import type { AuthContext } from './context.ts';
import { isOutdated } from './password-hash.ts';

export interface Claim {
  namespace: string;
  email: string;
  password: string;
}

export const WRONG_PASSWORD = fail('invalid_credentials', 'address or password is wrong');

/**
 * The account that a password opens, its hash brought to today's cost. Whether there is such an
 * account shows neither in the answer, nor in the time it takes, nor in when the throttle closes.
 */
export async function provePassword(context: AuthContext, claim: Claim): Promise<Result<Account>> {
  const { storage } = context.host;
  const key = addressHash(claim.namespace, claim.email);
  const attempt = await context.failures.attempt(key, async () => {
    const account = await new Accounts(storage).find(claim.namespace, claim.email);
    const valid = await context.hashing.verify(claim.password, account?.password_hash);
    return valid ? account : undefined;
  });
  if (!attempt.ok) return attempt;
  const account = attempt.value;
  if (!account) return WRONG_PASSWORD;
  return succeed(
    isOutdated(account.password_hash) ? await upgrade(context, account, claim.password) : account,
  );
}

async function upgrade(
  { host, hashing }: AuthContext,
  account: Account,
  password: string,
): Promise<Account> {
  const upgraded = { ...account, password_hash: await hashing.rehash(password) };
  return host.storage.transaction(async (transaction) => {
    const accounts = new Accounts(transaction);
    const current = await accounts.get(account.id);
    // It may have been changed or deleted meanwhile, and then the caller will see that.
    if (current?.password_hash !== account.password_hash) return account;
    await accounts.update(upgraded);
    return upgraded;
  });
}
