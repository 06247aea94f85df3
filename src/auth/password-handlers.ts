import type { AuthOperations } from '../operations.ts';
import { type Failure, fail, type Result, succeed } from '../protocol/errors.ts';
import type { Handlers } from '../rpc.ts';
import { Accounts } from './accounts.ts';
import type { AuthContext } from './context.ts';
import { MailTokens } from './mail-tokens.ts';
import { admit } from './network.ts';
import { refusePassword } from './password-policy.ts';
import { provePassword, WRONG_PASSWORD } from './prove-password.ts';
import { proveSession } from './prove-session.ts';
import { requestMail } from './request-mail.ts';
import { Sessions } from './sessions.ts';

type PasswordOperations = Pick<
  AuthOperations,
  'change-password' | 'request-reset' | 'reset-password'
>;

export const INVALID_TOKEN = fail('invalid_token', 'this token is not, or no longer, good', {
  field: 'token',
});

/** Getting another password: with the present one, or by mail without it. */
export function passwordHandlers(context: AuthContext): Handlers<PasswordOperations> {
  const { host, hashing, outbox } = context;
  const { storage, config } = host;

  return {
    async 'change-password'(query) {
      const proof = await proveSession(context, query);
      if (!proof.ok) return proof;
      const { session, account } = proof.value;
      const admitted = await admit(host, query.client.address);
      if (!admitted.ok) return admitted;
      const { namespace, email } = account;
      const proven = await provePassword(context, {
        namespace,
        email,
        password: query.current_password,
      });
      if (!proven.ok) return proven;
      const hashed = await choose(query.new_password, email);
      if (!hashed.ok) return hashed;

      const changed = await outbox.transact(async (transaction, post) => {
        const accounts = new Accounts(transaction);
        const current = await accounts.get(account.id);
        if (current?.password_hash !== proven.value.password_hash) return false;
        await accounts.update({ ...current, password_hash: hashed.value });
        await new MailTokens(transaction).revoke(account.id, 'reset-password');
        if (!query.end_other_sessions) return true;
        const ended = await new Sessions(transaction, config).endAll(account.id, session.hash);
        post({ kind: 'end-sessions', user: account.id, session_hashes: ended });
        return true;
      });
      return changed ? succeed({ message: 'Password changed' }) : WRONG_PASSWORD;
    },

    async 'request-reset'({ namespace, email, client }) {
      const admitted = await admit(host, client.address);
      if (!admitted.ok) return admitted;
      const account = await new Accounts(storage).find(namespace, email);
      const requested = await requestMail(context, { namespace, email }, account, 'reset-password');
      if (!requested.ok) return requested;
      return succeed({ message: 'If there is an account with this address, a mail is on its way' });
    },

    async 'reset-password'({ namespace, token, new_password, client }) {
      const admitted = await admit(host, client.address);
      if (!admitted.ok) return admitted;
      const id = await new MailTokens(storage).find(token, 'reset-password');
      const account = id === undefined ? undefined : await new Accounts(storage).get(id);
      if (account?.namespace !== namespace) return INVALID_TOKEN;
      const hashed = await choose(new_password, account.email);
      if (!hashed.ok) return hashed;

      const reset = await outbox.transact(async (transaction, post) => {
        const tokens = new MailTokens(transaction);
        const accounts = new Accounts(transaction);
        const current = await accounts.get(account.id);
        if (!current || !(await tokens.find(token, 'reset-password'))) return false;
        // Who got the mail has the address.
        const verified_at = current.verified_at ?? Date.now();
        await accounts.update({ ...current, password_hash: hashed.value, verified_at });
        await tokens.revokeAll(account.id);
        const ended = await new Sessions(transaction, config).endAll(account.id);
        post({ kind: 'end-sessions', user: account.id, session_hashes: ended });
        return true;
      });
      return reset ? succeed({ message: 'Password changed, sign in with it' }) : INVALID_TOKEN;
    },
  };

  /** The hash of a newly chosen password, if it may be chosen. */
  async function choose(password: string, email: string): Promise<Result<string>> {
    const refusal = refusePassword(password, email, config.MIN_PASSWORD_LENGTH);
    if (refusal) return ofNewPassword(refusal);
    const hashed = await hashing.hashChosen(password);
    return hashed.ok ? hashed : ofNewPassword(hashed);
  }
}

const ofNewPassword = (failure: Failure): Failure => ({ ...failure, field: 'new_password' });
