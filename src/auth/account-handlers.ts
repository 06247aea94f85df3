import type { AuthOperations } from '../operations.ts';
import { succeed } from '../protocol/errors.ts';
import type { Handlers } from '../rpc.ts';
import { Accounts } from './accounts.ts';
import type { AuthContext } from './context.ts';
import { isoTime } from './iso-time.ts';
import { MailTokens } from './mail-tokens.ts';
import { admit } from './network.ts';
import { INVALID_TOKEN } from './password-handlers.ts';
import { provePassword, WRONG_PASSWORD } from './prove-password.ts';
import { proveSession } from './prove-session.ts';
import { requestMail } from './request-mail.ts';
import { listSession } from './session-handlers.ts';
import { Sessions } from './sessions.ts';

type AccountOperations = Pick<
  AuthOperations,
  'request-verification' | 'verify-address' | 'delete-account' | 'export-account'
>;

/** What concerns an account as a whole: whose address it is, what is known of it, its end. */
export function accountHandlers(context: AuthContext): Handlers<AccountOperations> {
  const { host, outbox } = context;
  const { storage, config } = host;

  return {
    async 'request-verification'(query) {
      const proof = await proveSession(context, query);
      if (!proof.ok) return proof;
      const { account } = proof.value;
      if (account.verified_at) return succeed({ message: 'This address is verified' });
      const requested = await requestMail(context, account, account, 'verify-address');
      return requested.ok ? succeed({ message: 'A mail is on its way' }) : requested;
    },

    async 'verify-address'({ namespace, token, client }) {
      const admitted = await admit(host, client.address);
      if (!admitted.ok) return admitted;
      const verified = await storage.transaction(async (transaction) => {
        const tokens = new MailTokens(transaction);
        const accounts = new Accounts(transaction);
        const id = await tokens.find(token, 'verify-address');
        const account = id === undefined ? undefined : await accounts.get(id);
        if (account?.namespace !== namespace) return false;
        await tokens.revoke(account.id, 'verify-address');
        await accounts.update({ ...account, verified_at: Date.now() });
        return true;
      });
      return verified ? succeed({ message: 'Address verified' }) : INVALID_TOKEN;
    },

    async 'delete-account'(query) {
      const proof = await proveSession(context, query);
      if (!proof.ok) return proof;
      const admitted = await admit(host, query.client.address);
      if (!admitted.ok) return admitted;
      const { namespace, email } = proof.value.account;
      const proven = await provePassword(context, { namespace, email, password: query.password });
      if (!proven.ok) return proven;
      const { id, password_hash } = proven.value;
      const deleted = await outbox.transact(async (transaction, post) => {
        const accounts = new Accounts(transaction);
        const current = await accounts.get(id);
        if (current?.password_hash !== password_hash) return false;
        await new Sessions(transaction, config).endAll(id);
        await new MailTokens(transaction).revokeAll(id);
        await accounts.remove(current);
        post({ kind: 'destroy', user: id });
        return true;
      });
      return deleted ? succeed({ message: 'Account deleted' }) : WRONG_PASSWORD;
    },

    async 'export-account'(query) {
      const proof = await proveSession(context, query);
      if (!proof.ok) return proof;
      const { session, account } = proof.value;
      const sessions = await new Sessions(storage, config).list(account.id);
      return succeed({
        account: {
          namespace: account.namespace,
          email: account.email,
          created_at: isoTime(account.created_at),
          verified_at: account.verified_at === undefined ? null : isoTime(account.verified_at),
          durable_object_name: account.id,
        },
        sessions: sessions.map((listed) => listSession(listed, session.hash)),
      });
    },
  };
}
