import type { SessionQuery } from '../../operations/auth-room-operations.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { Account } from '../accounts/accounts.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { reverifyPassword } from '../passwords/verify-credentials.ts';
import { hashToken, type Session, Sessions } from './sessions.ts';

export const UNAUTHORIZED = fail('unauthorized', 'there is no such session');

export interface AuthenticatedSession {
  session: Session;
  account: Account;
}

/** Finds the session of a token. A namespace in the path has to be that of the account. */
export const authenticateSession = (
  context: AccountsContext,
  { session_uuid, namespace }: SessionQuery,
): Promise<Result<AuthenticatedSession>> =>
  authenticateSessionHash(context, hashToken(session_uuid), namespace);

/** Makes a handler that runs `handle` with the session of the query, or refuses the query. */
export const withSession =
  <Query extends SessionQuery, Output>(
    context: AccountsContext,
    handle: (authenticated: AuthenticatedSession, query: Query) => Promise<Result<Output>>,
  ) =>
  async (query: Query): Promise<Result<Output>> => {
    const authenticated = await authenticateSession(context, query);
    return authenticated.ok ? handle(authenticated.value, query) : authenticated;
  };

export async function authenticateSessionHash(
  { host, outbox }: AccountsContext,
  hash: string,
  namespace: string | undefined,
): Promise<Result<AuthenticatedSession>> {
  const authenticated = await new Sessions(host.storage, host.config, outbox).validate(hash);
  const matches = namespace === undefined || authenticated?.account.namespace === namespace;
  return authenticated && matches ? succeed(authenticated) : UNAUTHORIZED;
}

/**
 * Verifies the password of a session's account. Attempts count by session, so that nobody without
 * the session can exhaust them.
 */
export async function verifyPasswordInSession(
  context: AccountsContext,
  { session, account }: AuthenticatedSession,
  password: string,
): Promise<Result<Account>> {
  const counted = await context.sessionRequests.attempt(session.hash, async () => undefined);
  if (!counted.ok) return counted;
  return reverifyPassword(context, `session:${session.hash}`, account, password);
}
