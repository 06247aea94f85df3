import type { ProvenSession, SessionQuery } from '../../operations.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { Account } from '../accounts/accounts.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { isoTime } from '../iso-time.ts';
import { reverifyPassword } from '../passwords/verify-credentials.ts';
import { hashToken, type Session, Sessions } from './sessions.ts';

export const UNAUTHORIZED = fail('unauthorized', 'there is no such session');

export interface AuthenticatedSession {
  session: Session;
  account: Account;
}

/** The session of a token and its account, if the path names its namespace or none. */
export const authenticateSession = (
  context: AccountsContext,
  { session_uuid, namespace }: SessionQuery,
): Promise<Result<AuthenticatedSession>> =>
  authenticateSessionHash(context, hashToken(session_uuid), namespace);

export async function authenticateSessionHash(
  { host, outbox }: AccountsContext,
  hash: string,
  namespace: string | undefined,
): Promise<Result<AuthenticatedSession>> {
  const proof = await new Sessions(host.storage, host.config, outbox).validate(hash);
  const matches = namespace === undefined || proof?.account.namespace === namespace;
  return proof && matches ? succeed(proof) : UNAUTHORIZED;
}

/**
 * The account of a session whose password is proven besides. Counts by session, so that nobody
 * without one can have it refused.
 */
export async function verifyPasswordInSession(
  context: AccountsContext,
  { session, account }: AuthenticatedSession,
  password: string,
): Promise<Result<Account>> {
  const counted = await context.requests.attempt(session.hash, async () => undefined);
  if (!counted.ok) return counted;
  return reverifyPassword(context, `session:${session.hash}`, account, password);
}

/** A proven session as the edge is told of it. */
export const describeSession = (
  { host }: AccountsContext,
  { session, account }: AuthenticatedSession,
): ProvenSession => ({
  session_hash: session.hash,
  created_at: isoTime(session.created_at),
  expires_at: isoTime(session.expires_at),
  data: null,
  namespace: account.namespace,
  user: {
    email: account.email,
    created_at: isoTime(account.created_at),
    verified_at: account.verified_at === undefined ? null : isoTime(account.verified_at),
    durable_object_name: account.id,
  },
  may_sync: host.config.EMAIL_VERIFICATION === 'off' || account.verified_at !== undefined,
});
