import type { Credentials } from '../../operations/auth-room-operations.ts';
import type { ClientInfo } from '../../operations/client-info.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { type Account, Accounts, addressHash, findUnchanged } from '../accounts/accounts.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { KnownNetworks } from '../rate-limit/known-networks.ts';
import { networkOf } from '../rate-limit/network.ts';
import { type EndAttempt, runAttempt } from '../rate-limit/throttle.ts';
import { sha256Hex } from '../sha256.ts';

export const INVALID_CREDENTIALS = fail('invalid_credentials', 'address or password is wrong');

const WRONG_OR_UNVERIFIED = fail(
  'invalid_credentials',
  'address or password is wrong, or the address is not verified yet',
);

/**
 * Returns the account with this address and password, and upgrades its hash. An unknown address has
 * the same answer, timing and throttling as a wrong password. With HIDE_ACCOUNTS, so has an account
 * whose address is not verified.
 */
export async function verifyCredentials(
  context: AccountsContext,
  credentials: Omit<Credentials, 'shard'>,
): Promise<Result<Account>> {
  const { namespace, email, password, client } = credentials;
  const account = await new Accounts(context.host.storage).find(namespace, email);
  const guess = await beginGuess(context, addressHash(namespace, email), account, client);
  if (!guess.ok) return guess;
  const hides = context.host.config.HIDE_ACCOUNTS === 'on';
  // Otherwise signing in would show whether a sign-up has created an account.
  const isHidden = hides && account?.verified_at === undefined;
  const verified = await verify(context, guess.value, account, password, isHidden);
  return verified.ok || !hides ? verified : WRONG_OR_UNVERIFIED;
}

/**
 * Verifies the password of a user who has already proven a session or a mail token. Failures count
 * by that `proof` alone, so that strangers cannot lock the user out.
 */
export async function reverifyPassword(
  context: AccountsContext,
  proof: string,
  account: Account,
  password: string,
): Promise<Result<Account>> {
  const guess = await context.proofFailures.begin(proof);
  return guess.ok ? verify(context, guess.value, account, password) : guess;
}

/** Counts by account and network, and also by account for networks that it does not know. */
async function beginGuess(
  { host, networkFailures, strangerFailures }: AccountsContext,
  address: string,
  account: Account | undefined,
  client: ClientInfo,
): Promise<Result<EndAttempt>> {
  const known = await new KnownNetworks(host.storage).has(account?.id, client.address);
  const own = await networkFailures.begin(`${address}:${sha256Hex(networkOf(client.address))}`);
  if (!own.ok || known) return own;
  const all = await strangerFailures.begin(address);
  if (!all.ok) {
    await own.value('undecided');
    return all;
  }
  return succeed(async (outcome) => {
    // The success of one network does not clear the failures of others.
    const others = outcome === 'failed' ? 'failed' : 'undecided';
    await Promise.all([own.value(outcome), all.value(others)]);
  });
}

/** Clears the failures of all networks at an account, after its owner has reset the password. */
export async function clearFailures(
  { networkFailures, strangerFailures }: AccountsContext,
  { namespace, email }: Account,
): Promise<void> {
  const address = addressHash(namespace, email);
  await Promise.all([networkFailures.clear(address), strangerFailures.clear(address)]);
}

async function verify(
  context: AccountsContext,
  guess: EndAttempt,
  account: Account | undefined,
  password: string,
  isHidden = false,
): Promise<Result<Account>> {
  const verified = await runAttempt(guess, async () => {
    const { valid, upgraded } = await context.hashing.verify(password, account?.password_hash);
    if (!valid || !account || isHidden) return undefined;
    if (upgraded !== undefined) await upgrade(context, account, upgraded);
    return account;
  });
  return verified ? succeed(verified) : INVALID_CREDENTIALS;
}

/** Stores a new hash of the same password, unless the account changed meanwhile. */
async function upgrade(
  { host }: AccountsContext,
  account: Account,
  password_hash: string,
): Promise<void> {
  await host.storage.transaction(async (transaction) => {
    const current = await findUnchanged(transaction, account);
    if (current?.password_hash !== account.password_hash) return;
    await new Accounts(transaction).update({ ...current, password_hash });
  });
}
