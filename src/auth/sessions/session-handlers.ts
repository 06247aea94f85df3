import { shardOf } from '../../located-token.ts';
import type { AccountsOperations } from '../../operations/auth-room-operations.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import {
  EMAIL_UNVERIFIED,
  fail,
  NO_SUCH_STORE,
  type Result,
  succeed,
} from '../../protocol/errors.ts';
import { isStoreId } from '../../protocol/membership.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { isoTime } from '../iso-time.ts';
import { postEndOfSessions } from '../stores/post-to-stores.ts';
import {
  type AuthenticatedSession,
  authenticateSessionHash,
  UNAUTHORIZED,
  verifyPasswordInSession,
  withSession,
} from './authenticate-session.ts';
import { describeSession, listOwnSession } from './describe-session.ts';
import { Sessions } from './sessions.ts';
import { createTicket, redeemTicket } from './tickets.ts';

type SessionOperations = Pick<
  AccountsOperations,
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

/** Operations on sessions, authenticated by the token of one of them or by a ticket. */
export function sessionHandlers(context: AccountsContext): Handlers<SessionOperations> {
  const { host, outbox } = context;
  const { storage, config } = host;

  return {
    session: withSession(context, async (authenticated) =>
      succeed(describeSession(config, authenticated)),
    ),

    async 'recheck-session'({ session_hash }) {
      const authenticated = await authenticateSessionHash(context, session_hash, undefined);
      return authenticated.ok ? succeed({}) : authenticated;
    },

    'sign-out': withSession(context, async ({ session, account }) => {
      await end(account.id, session.hash);
      return succeed({ message: 'Signed out successfully' });
    }),

    'list-sessions': withSession(context, async ({ session, account }) => {
      const sessions = await new Sessions(storage, config).list(account.id);
      return succeed({ sessions: sessions.map((listed) => listOwnSession(listed, session.hash)) });
    }),

    'revoke-session': withSession(context, async (authenticated, query) => {
      const { session, account } = authenticated;
      if (query.id !== session.hash) {
        const recent = await requireRecentPassword(context, authenticated, query.password);
        if (!recent.ok) return recent;
      }
      const isOwn = await new Sessions(storage, config).has(account.id, query.id);
      if (!isOwn) return NO_SUCH_SESSION;
      await end(account.id, query.id);
      return succeed({ message: 'Session revoked' });
    }),

    'revoke-other-sessions': withSession(context, async (authenticated, query) => {
      const recent = await requireRecentPassword(context, authenticated, query.password);
      if (!recent.ok) return recent;
      const { session, account } = authenticated;
      await outbox.transact(async (transaction, post) => {
        const ended = await new Sessions(transaction, config).endAll(account.id, session.hash);
        await postEndOfSessions(transaction, post, account.id, ended);
      });
      return succeed({ message: 'All other sessions revoked' });
    }),

    'create-ticket': withSession(context, async (authenticated, query) => {
      // Refused here, because a browser does not see why a socket's handshake is refused.
      if (!describeSession(config, authenticated).may_sync) return EMAIL_UNVERIFIED;
      if (query.store !== undefined && !isStoreId(query.store)) return NO_SUCH_STORE;
      const shard = shardOf(query.session_uuid)!;
      const { hash } = authenticated.session;
      const { ticket, expires_at } = await createTicket(storage, hash, shard, query.store);
      const heartbeat_seconds = config.HEARTBEAT_SECONDS;
      return succeed({ ticket, expires_at: isoTime(expires_at), heartbeat_seconds });
    }),

    async 'redeem-ticket'({ ticket, namespace, store }) {
      const hash = await storage.transaction((transaction) =>
        redeemTicket(transaction, ticket, store),
      );
      if (!hash) return UNAUTHORIZED;
      const authenticated = await authenticateSessionHash(context, hash, namespace);
      return authenticated.ok
        ? succeed(describeSession(config, authenticated.value))
        : authenticated;
    },
  };

  function end(user: string, hash: string): Promise<void> {
    return outbox.transact(async (transaction, post) => {
      await new Sessions(transaction, config).end(user, hash);
      await postEndOfSessions(transaction, post, user, [hash]);
    });
  }
}

const PROOF_NEEDED = fail('proof_needed', 'sign in again, or send the password of the account');

/**
 * Whether this session may end others. Every session starts with a password. If the session is
 * older than REVOKE_NEEDS_PROOF_MINUTES, the request needs the password again.
 */
async function requireRecentPassword(
  context: AccountsContext,
  authenticated: AuthenticatedSession,
  password: string | undefined,
): Promise<Result<unknown>> {
  const minutes = context.host.config.REVOKE_NEEDS_PROOF_MINUTES;
  const age = Date.now() - authenticated.session.created_at.getTime();
  if (minutes === 0 || (age >= 0 && age < minutes * 60_000)) return succeed({});
  if (password === undefined) return PROOF_NEEDED;
  return verifyPasswordInSession(context, authenticated, password);
}
