import { shardOf } from '../../located-token.ts';
import type { AccountsOperations, AddressProof } from '../../operations/auth-room-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { directoryJob } from '../directory/tell-directory.ts';
import { postAccountEvent } from '../hooks/account-event.ts';
import { authenticateToken, INVALID_TOKEN } from '../mail/authenticate-token.ts';
import { MailTokens } from '../mail/mail-tokens.ts';
import { requestMail } from '../mail/request-mail.ts';
import { INVALID_CREDENTIALS, reverifyPassword } from '../passwords/verify-credentials.ts';
import {
  authenticateSession,
  verifyPasswordInSession,
  withSession,
} from '../sessions/authenticate-session.ts';
import { listOwnSession } from '../sessions/describe-session.ts';
import { Sessions } from '../sessions/sessions.ts';
import { Memberships } from '../stores/memberships.ts';
import {
  type Account,
  Accounts,
  describeAccount,
  findUnchanged,
  withVerifiedAddress,
} from './accounts.ts';
import type { AccountsContext } from './context.ts';
import { removeAccount } from './remove-account.ts';

type AccountOperations = Pick<
  AccountsOperations,
  'request-verification' | 'verify-address' | 'delete-account' | 'export-account'
>;

/** Operations on a whole account: verifying its address, exporting and deleting it. */
export function accountHandlers(context: AccountsContext): Handlers<AccountOperations> {
  const { host, outbox, mailKey } = context;
  const { storage, config } = host;

  return {
    'request-verification': withSession(context, async ({ account }, query) => {
      if (account.verified_at) return succeed({ message: 'This address is verified' });
      const shard = shardOf(query.session_uuid)!;
      const request = { email: account.email, shard, client: query.client };
      const requested = await requestMail(context, request, account, 'verify-address');
      return requested.ok ? succeed({ message: 'A mail is on its way' }) : requested;
    }),

    async 'verify-address'({ token, ...query }) {
      const found = await authenticateToken(context, { token, ...query }, 'verify-address');
      if (!found.ok) return found;
      const proven = await proveCreator(found.value, query);
      if (!proven.ok) return proven;
      const verified = await outbox.transact(async (transaction, post) => {
        const tokens = new MailTokens(transaction, mailKey);
        const accounts = new Accounts(transaction);
        const account = await accounts.get(proven.value.id);
        if (!account || !(await tokens.find(token, 'verify-address'))) return false;
        await tokens.revoke(account.id, 'verify-address');
        await accounts.update(withVerifiedAddress(account));
        post(directoryJob(account));
        if (!account.verified_at) postAccountEvent(post, config, account, 'account.verified');
        return true;
      });
      return verified ? succeed({ message: 'Address verified' }) : INVALID_TOKEN;
    },

    'delete-account': withSession(context, async (authenticated, query) => {
      const verified = await verifyPasswordInSession(context, authenticated, query.password);
      if (!verified.ok) return verified;
      const deleted = await outbox.transact(async (transaction, post) => {
        const current = await findUnchanged(transaction, verified.value);
        if (!current) return false;
        await removeAccount(context, transaction, post, current);
        return true;
      });
      return deleted ? succeed({ message: 'Account deleted' }) : INVALID_CREDENTIALS;
    }),

    'export-account': withSession(context, async ({ session, account }) => {
      const sessions = await new Sessions(storage, config).list(account.id);
      return succeed({
        account: { namespace: account.namespace, ...describeAccount(account) },
        sessions: sessions.map((listed) => listOwnSession(listed, session.hash)),
        stores: await new Memberships(storage).list(account.id),
      });
    }),
  };

  /**
   * Proves that the reader of a mail also created the account, by a session or the password.
   * Otherwise a stranger could sign up with somebody's address and wait until its owner follows
   * the link.
   */
  async function proveCreator(
    account: Account,
    { session_uuid, password }: AddressProof,
  ): Promise<Result<Account>> {
    if (session_uuid !== undefined) {
      const authenticated = await authenticateSession(context, { session_uuid });
      if (authenticated.ok && authenticated.value.account.id === account.id)
        return succeed(account);
    }
    if (password === undefined) return NOT_ENOUGH;
    return reverifyPassword(context, `verify:${account.id}`, account, password);
  }
}

const NOT_ENOUGH = fail(
  'unauthorized',
  "a session or the password of the token's account is needed besides",
);
