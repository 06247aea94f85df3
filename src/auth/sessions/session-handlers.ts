import type { AuthOperations } from '../../operations.ts';
import { EMAIL_UNVERIFIED, fail, type Result, succeed } from '../../protocol/errors.ts';
import { shardOf } from '../../protocol/located-uuid.ts';
import type { Handlers } from '../../rpc.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { isoTime } from '../iso-time.ts';
import {
  type AuthenticatedSession,
  authenticateSession,
  authenticateSessionHash,
  describeSession,
  UNAUTHORIZED,
  verifyPasswordInSession,
} from './authenticate-session.ts';
import { type Session, Sessions } from './sessions.ts';
import { createTicket, redeemTicket } from './tickets.ts';

type SessionOperations = Pick<
  AuthOperations,
  | 'session'
  | 'recheck-session'
  | 'sign-out'
  | 'list-sessions'
  | 'revoke-session'
  | 'revoke-other-sessions'
  | 'create-ticket'
  | 'redeem-ticket'
>;

const NO_SUCH_SESSION = fail('not_found', 'you have no such session', { field: 'id' });

/** What a session's token gives access to: this session, and the others of its account. */
export function sessionHandlers(context: AccountsContext): Handlers<SessionOperations> {
  const { host, outbox } = context;
  const { storage, config } = host;

  return {
    async session(query) {
      const proof = await authenticateSession(context, query);
      return proof.ok ? succeed(describeSession(context, proof.value)) : proof;
    },

    async 'recheck-session'({ session_hash }) {
      const proof = await authenticateSessionHash(context, session_hash, undefined);
      return proof.ok ? succeed({}) : proof;
    },

    async 'sign-out'(query) {
      const proof = await authenticateSession(context, query);
      if (!proof.ok) return proof;
      await end(proof.value.account.id, proof.value.session.hash);
      return succeed({ message: 'Signed out successfully' });
    },

    async 'list-sessions'(query) {
      const proof = await authenticateSession(context, query);
      if (!proof.ok) return proof;
      const { session, account } = proof.value;
      const sessions = await new Sessions(storage, config).list(account.id);
      return succeed({ sessions: sessions.map((listed) => listSession(listed, session.hash)) });
    },

    async 'revoke-session'(query) {
      const proof = await authenticateSession(context, query);
      if (!proof.ok) return proof;
      const { session, account } = proof.value;
      if (query.id !== session.hash) {
        const recent = await proveRecently(context, proof.value, query.password);
        if (!recent.ok) return recent;
      }
      const isOwn = await new Sessions(storage, config).has(account.id, query.id);
      if (!isOwn) return NO_SUCH_SESSION;
      await end(account.id, query.id);
      return succeed({ message: 'Session revoked' });
    },

    async 'revoke-other-sessions'(query) {
      const proof = await authenticateSession(context, query);
      if (!proof.ok) return proof;
      const recent = await proveRecently(context, proof.value, query.password);
      if (!recent.ok) return recent;
      const { session, account } = proof.value;
      await outbox.transact(async (transaction, post) => {
        const ended = await new Sessions(transaction, config).endAll(account.id, session.hash);
        post({ kind: 'end-sessions', user: account.id, session_hashes: ended });
      });
      return succeed({ message: 'All other sessions revoked' });
    },

    async 'create-ticket'(query) {
      const proof = await authenticateSession(context, query);
      if (!proof.ok) return proof;
      // A socket's handshake cannot tell a browser why it is refused.
      if (!describeSession(context, proof.value).may_sync) return EMAIL_UNVERIFIED;
      const shard = shardOf(query.session_uuid)!;
      const { ticket, expires_at } = await createTicket(storage, proof.value.session.hash, shard);
      const heartbeat_seconds = config.HEARTBEAT_SECONDS;
      return succeed({ ticket, expires_at: isoTime(expires_at), heartbeat_seconds });
    },

    async 'redeem-ticket'({ ticket, namespace }) {
      const hash = await storage.transaction((transaction) => redeemTicket(transaction, ticket));
      if (!hash) return UNAUTHORIZED;
      const proof = await authenticateSessionHash(context, hash, namespace);
      return proof.ok ? succeed(describeSession(context, proof.value)) : proof;
    },
  };

  function end(user: string, hash: string): Promise<void> {
    return outbox.transact(async (transaction, post) => {
      await new Sessions(transaction, config).end(user, hash);
      post({ kind: 'end-sessions', user, session_hashes: [hash] });
    });
  }
}

const PROOF_NEEDED = fail('proof_needed', 'sign in again, or send the password of the account');

/**
 * Whether this session may end others. Every session begins with a password, and where the setting
 * asks for a recent one, an older session has to give it once more.
 */
async function proveRecently(
  context: AccountsContext,
  proof: AuthenticatedSession,
  password: string | undefined,
): Promise<Result<unknown>> {
  const minutes = context.host.config.REVOKE_NEEDS_PROOF_MINUTES;
  const age = Date.now() - proof.session.created_at.getTime();
  if (minutes === 0 || (age >= 0 && age < minutes * 60_000)) return succeed({});
  if (password === undefined) return PROOF_NEEDED;
  return verifyPasswordInSession(context, proof, password);
}

/** A session as its owner sees it. */
export const listSession = (session: Session, current: string) => ({
  id: session.hash,
  created_at: isoTime(session.created_at),
  last_used_on: session.used_on,
  expires_at: isoTime(session.expires_at),
  user_agent: session.user_agent,
  current: session.hash === current,
});
