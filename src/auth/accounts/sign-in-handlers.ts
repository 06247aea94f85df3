import { fail, succeed } from '../../protocol/errors.ts';
import type { Handlers } from '../../room-calls.ts';
import type { AccountsOperations, Credentials } from '../../room-operations.ts';
import { isoTime } from '../iso-time.ts';
import { limitMails } from '../mail/mail-counter.ts';
import { postMail } from '../mail/request-mail.ts';
import { contextWords, refuseLength } from '../passwords/password-policy.ts';
import { INVALID_CREDENTIALS, verifyCredentials } from '../passwords/verify-credentials.ts';
import { KnownNetworks } from '../rate-limit/known-networks.ts';
import { limitRequests } from '../rate-limit/request-counter.ts';
import { Sessions } from '../sessions/sessions.ts';
import { type Account, Accounts, findUnchanged } from './accounts.ts';
import type { AccountsContext } from './context.ts';

const TAKEN = fail('email_taken', 'there is an account with this address', { field: 'email' });
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
      const isDone = await storeAccount({ namespace, shard, email }, hashed.value);
      return isDone ? succeed({ message: 'Account created successfully' }) : TAKEN;
    },

    async 'sign-in'(credentials) {
      const admitted = await limitRequests(host, credentials.client.address);
      if (!admitted.ok) return admitted;
      const verified = await verifyCredentials(context, credentials);
      if (!verified.ok) return verified;
      const account = verified.value;
      const session_uuid = await createSession(account, credentials);
      if (!session_uuid) return INVALID_CREDENTIALS;
      const { email, created_at } = account;
      const times = { created_at: isoTime(created_at), login_time: isoTime(Date.now()) };
      return succeed({ session_uuid, user: { email, ...times } });
    },
  };

  /** Stores a new account and posts its mail. False for a taken address, unless that is hidden. */
  function storeAccount(
    { namespace, shard, email }: Pick<Credentials, 'namespace' | 'shard' | 'email'>,
    password_hash: string,
  ): Promise<boolean> {
    return outbox.transact(async (transaction, post) => {
      const accounts = new Accounts(transaction);
      // Another sign-up with this address may have finished during the hash.
      const created = await accounts.create({ namespace, email, password_hash });
      // With HIDE_ACCOUNTS only a mail tells the owner of a taken address about this sign-up.
      const account = hides ? await accounts.find(namespace, email) : created;
      if (account && !created) await accounts.update(account);
      if (account && verifies) {
        const purpose = created ? 'verify-address' : 'reset-password';
        await postMail(transaction, post, mailKey, { account: account.id, purpose, shard });
      }
      return account !== undefined;
    });
  }

  /**
   * Creates a session, and ends the oldest ones of an account with too many. Undefined if the
   * account was deleted or its password changed during the hash.
   */
  function createSession(
    verified: Account,
    { shard, client }: Pick<Credentials, 'shard' | 'client'>,
  ): Promise<string | undefined> {
    return outbox.transact(async (transaction, post) => {
      if (!(await findUnchanged(transaction, verified))) return undefined;
      const sessions = new Sessions(transaction, config);
      const { token, ended } = await sessions.create(verified, shard, client.user_agent);
      await new KnownNetworks(transaction).add(verified.id, client.address);
      if (ended.length > 0) {
        post({ kind: 'end-sessions', user: verified.id, session_hashes: ended });
      }
      return token;
    });
  }
}
