import type {
  AccountsOperations,
  PasswordReset,
  TokenUse,
} from '../../operations/auth-room-operations.ts';
import type { ClientInfo } from '../../operations/client-info.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import type { RoomTransaction } from '../../platform.ts';
import { type Failure, type Result, succeed } from '../../protocol/errors.ts';
import type { ResetOutcome } from '../../protocol/http-api/response-types.ts';
import { directoryJob } from '../directory/tell-directory.ts';
import { postAccountEvent } from '../hooks/account-event.ts';
import { authenticateToken, INVALID_TOKEN } from '../mail/authenticate-token.ts';
import { MailTokens } from '../mail/mail-tokens.ts';
import { requestMail } from '../mail/request-mail.ts';
import type { PostJob } from '../outbox/outbox.ts';
import { contextWords, refuseLength } from '../passwords/password-policy.ts';
import { clearFailures, INVALID_CREDENTIALS } from '../passwords/verify-credentials.ts';
import { KnownNetworks } from '../rate-limit/known-networks.ts';
import { limitRequests } from '../rate-limit/request-counter.ts';
import { verifyPasswordInSession, withSession } from '../sessions/authenticate-session.ts';
import { Sessions } from '../sessions/sessions.ts';
import { leaveStores, postEndOfSessions } from '../stores/post-to-stores.ts';
import {
  type Account,
  Accounts,
  findUnchanged,
  withPassword,
  withVerifiedAddress,
} from './accounts.ts';
import type { AccountsContext } from './context.ts';

type PasswordOperations = Pick<
  AccountsOperations,
  'change-password' | 'request-reset' | 'reset-password'
>;

/** Operations that set a new password: with the current one, or with a token from a mail. */
export function passwordHandlers(context: AccountsContext): Handlers<PasswordOperations> {
  const { host, hashing, outbox, mailKey } = context;
  const { storage, config } = host;

  return {
    'change-password': withSession(context, async (authenticated, query) => {
      const { session, account } = authenticated;
      const verified = await verifyPasswordInSession(
        context,
        authenticated,
        query.current_password,
      );
      if (!verified.ok) return verified;
      const hashed = await hashNewPassword(query, account);
      if (!hashed.ok) return hashed;

      const changed = await outbox.transact(async (transaction, post) => {
        const current = await findUnchanged(transaction, verified.value);
        if (!current) return false;
        await new Accounts(transaction).update(withPassword(current, hashed.value));
        await new MailTokens(transaction, mailKey).revoke(account.id, 'reset-password');
        if (!query.end_other_sessions) return true;
        const ended = await new Sessions(transaction, config).endAll(account.id, session.hash);
        await postEndOfSessions(transaction, post, account.id, ended);
        return true;
      });
      return changed ? succeed({ message: 'Password changed' }) : INVALID_CREDENTIALS;
    }),

    async 'request-reset'({ namespace, shard, email, client }) {
      const admitted = await limitRequests(host, client.address);
      if (!admitted.ok) return admitted;
      const account = await new Accounts(storage).find(namespace, email);
      const request = { email, shard, client };
      const requested = await requestMail(context, request, account, 'reset-password');
      if (!requested.ok) return requested;
      return succeed({ message: 'If there is an account with this address, a mail is on its way' });
    },

    async 'reset-password'(query) {
      const found = await authenticateToken(context, query, 'reset-password');
      if (!found.ok) return found;
      // Limits the hashes that concurrent uses of one token can cause.
      const attempt = await context.proofFailures.attempt(`reset:${found.value.id}`, async () => {
        const hashed = await hashNewPassword(query, found.value);
        return hashed.ok ? reset(query, hashed.value) : hashed;
      });
      if (!attempt.ok) return attempt;
      if (attempt.value?.ok) await clearFailures(context, found.value);
      return attempt.value ?? INVALID_TOKEN;
    },
  };

  /** Sets the password and ends every session; undefined if the token was used meanwhile. */
  async function reset(
    query: TokenUse & PasswordReset,
    password_hash: string,
  ): Promise<Result<AccountsOperations['reset-password']['output']> | undefined> {
    const done = await outbox.transact(async (transaction, post) => {
      const id = await new MailTokens(transaction, mailKey).find(query.token, 'reset-password');
      const current = id === undefined ? undefined : await new Accounts(transaction).get(id);
      if (!current) return undefined;
      return handOver(transaction, post, withPassword(current, password_hash), query);
    });
    return done && succeed({ message: 'Password changed, sign in with it', ...done });
  }

  /**
   * Gives an account to the owner of its address, who has read the mail. A stranger may have
   * created an account with an unverified address, so its networks are forgotten and, if asked
   * for, its store is emptied.
   */
  async function handOver(
    transaction: RoomTransaction,
    post: PostJob,
    account: Account,
    { empty_store, client }: TokenUse & PasswordReset,
  ): Promise<ResetOutcome> {
    const { id } = account;
    const address_was_verified = account.verified_at !== undefined;
    const isEmptied =
      !address_was_verified && (empty_store ?? config.EMAIL_VERIFICATION === 'required');
    await new MailTokens(transaction, mailKey).revokeAll(id);
    const session_hashes = await new Sessions(transaction, config).endAll(id);
    const networks = new KnownNetworks(transaction);
    if (!address_was_verified) await networks.forget(id);

    const accounts = new Accounts(transaction);
    const verified = address_was_verified ? account : withVerifiedAddress(account);
    const owned = isEmptied ? await accounts.renew(verified) : await accounts.update(verified);
    await networks.add(owned.id, client.address);
    if (!address_was_verified) post(directoryJob(owned));
    if (isEmptied) {
      postAccountEvent(post, config, account, 'account.deleted');
      postAccountEvent(post, config, owned, 'account.created');
    }
    if (!address_was_verified) postAccountEvent(post, config, owned, 'account.verified');
    if (isEmptied) {
      // This also closes the sockets of the account.
      post({ kind: 'destroy', user: id });
      post(directoryJob(account));
      await leaveStores(transaction, post, account);
    } else {
      await postEndOfSessions(transaction, post, id, session_hashes);
    }
    return { address_was_verified, store: isEmptied ? 'emptied' : 'kept' };
  }

  /** Hashes a new password, or refuses a weak one. */
  async function hashNewPassword(
    { new_password, client }: { new_password: string; client: ClientInfo },
    { namespace, email }: Account,
  ): Promise<Result<string>> {
    const refusal = refuseLength(new_password, config.MIN_PASSWORD_LENGTH);
    if (refusal) return ofNewPassword(refusal);
    const words = contextWords(namespace, email, client.host);
    const hashed = await hashing.hashChosen(new_password, words);
    return hashed.ok ? hashed : ofNewPassword(hashed);
  }
}

const ofNewPassword = (failure: Failure): Failure => ({ ...failure, field: 'new_password' });
