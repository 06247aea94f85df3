import type { AccountsOperations, Credentials } from '../../operations/auth-room-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import type { RoomTransaction } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { SignedIn } from '../../protocol/http-api/response-types.ts';
import { directoryJob } from '../directory/tell-directory.ts';
import { postAccountEvent } from '../hooks/account-event.ts';
import { isoTime } from '../iso-time.ts';
import { limitMails } from '../mail/mail-counter.ts';
import { postMail } from '../mail/request-mail.ts';
import type { PostJob } from '../outbox/outbox.ts';
import { contextWords, refuseLength } from '../passwords/password-policy.ts';
import { INVALID_CREDENTIALS, verifyCredentials } from '../passwords/verify-credentials.ts';
import { KnownNetworks } from '../rate-limit/known-networks.ts';
import { limitRequests } from '../rate-limit/request-counter.ts';
import { Sessions } from '../sessions/sessions.ts';
import { postEndOfSessions } from '../stores/post-to-stores.ts';
import { type Account, Accounts, findUnchanged } from './accounts.ts';
import type { AccountsContext } from './context.ts';

const TAKEN = fail('email_taken', 'there is an account with this address', { field: 'email' });
const DISABLED = fail('account_disabled', 'this account is disabled');
const CLOSED = fail('sign_up_closed', 'no new accounts are taken here');

/** The operations that need a password and no session: sign-up and sign-in. */
export function signInHandlers(
  context: AccountsContext,
): Pick<Handlers<AccountsOperations>, 'sign-up' | 'sign-in'> {
  const { host, hashing, outbox, mailKey } = context;
  const { storage, config } = host;
  const verifies = config.EMAIL_VERIFICATION === 'required';
  const hides = config.HIDE_ACCOUNTS === 'on';

  return {
    async 'sign-up'({ namespace, shard, email, password, client }) {
      if (config.SIGN_UP === 'off') return CLOSED;
      const admitted = await limitRequests(host, client.address);
      if (!admitted.ok) return admitted;
      const refusal = refuseLength(password, config.MIN_PASSWORD_LENGTH);
      if (refusal) return refusal;
      const taken = await new Accounts(storage).find(namespace, email);
      if (taken && !hides) return TAKEN;
      if (verifies) {
        const mailed = await limitMails(host, email, client, false);
        if (!mailed.ok) return mailed;
      }
      const hashed = await hashing.hashChosen(
        password,
        contextWords(namespace, email, client.host),
      );
      if (!hashed.ok) return hashed;
      const signedIn = await storeAccount({ namespace, shard, email, client }, hashed.value);
      return signedIn ? succeed({ message: 'Account created successfully', ...signedIn }) : TAKEN;
    },

    async 'sign-in'(credentials) {
      const admitted = await limitRequests(host, credentials.client.address);
      if (!admitted.ok) return admitted;
      const verified = await verifyCredentials(context, credentials);
      if (!verified.ok) return verified;
      return outbox.transact(async (transaction, post): Promise<Result<SignedIn>> => {
        // The account may have been deleted or disabled, or its password changed, during the hash.
        const account = await findUnchanged(transaction, verified.value);
        if (!account) return INVALID_CREDENTIALS;
        if (account.is_disabled) return DISABLED;
        return succeed(await createSession(transaction, post, account, credentials));
      });
    },
  };

  /**
   * Stores a new account, and posts its mail or, if addresses need no verification, signs it in.
   * Undefined for a taken address, unless that is hidden; a session is then never created.
   */
  function storeAccount(
    { namespace, shard, email, client }: Omit<Credentials, 'password'>,
    password_hash: string,
  ): Promise<Partial<SignedIn> | undefined> {
    return outbox.transact(async (transaction, post) => {
      const accounts = new Accounts(transaction);
      // Another sign-up with this address may have finished during the hash.
      const created = await accounts.create({ namespace, email, password_hash });
      // With HIDE_ACCOUNTS only a mail tells the owner of a taken address about this sign-up.
      const account = hides ? await accounts.find(namespace, email) : created;
      if (!account) return undefined;
      if (!created) await accounts.update(account);
      // Also for a known account, so that a taken address costs the same as a new one.
      post(directoryJob(account));
      postAccountEvent(post, config, account, created ? 'account.created' : undefined);
      if (!verifies) return createSession(transaction, post, account, { shard, client });
      const purpose = created ? 'verify-address' : 'reset-password';
      await postMail(transaction, post, mailKey, { account: account.id, purpose, shard });
      return {};
    });
  }

  /** Creates a session, and ends the oldest ones of an account with too many. */
  async function createSession(
    transaction: RoomTransaction,
    post: PostJob,
    account: Account,
    { shard, client }: Pick<Credentials, 'shard' | 'client'>,
  ): Promise<SignedIn> {
    const sessions = new Sessions(transaction, config);
    const { token, ended } = await sessions.create(account, shard, client.user_agent);
    await new KnownNetworks(transaction).add(account.id, client.address);
    if (ended.length > 0) {
      await postEndOfSessions(transaction, post, account.id, ended);
    }
    const { email, created_at } = account;
    const times = { created_at: isoTime(created_at), login_time: isoTime(Date.now()) };
    return { session_uuid: token, user: { email, ...times } };
  }
}
