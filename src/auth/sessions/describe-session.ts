import type { ProvenSession } from '../../operations/proven-access.ts';
import type { Config } from '../../platform.ts';
import type { ListedSession } from '../../protocol/http-api/response-types.ts';
import { describeAccount } from '../accounts/accounts.ts';
import { isoTime } from '../iso-time.ts';
import type { AuthenticatedSession } from './authenticate-session.ts';
import type { Session } from './sessions.ts';

/** The session and its account in the form that the edge needs. */
export const describeSession = (
  config: Config,
  { session, account }: AuthenticatedSession,
): ProvenSession => ({
  session_hash: session.hash,
  created_at: isoTime(session.created_at),
  expires_at: isoTime(session.expires_at),
  data: null,
  namespace: account.namespace,
  user: describeAccount(account),
  may_sync: config.EMAIL_VERIFICATION === 'off' || account.verified_at !== undefined,
});

/** An entry of the list of sessions that the owner sees. */
export const listOwnSession = (session: Session, current: string): ListedSession => ({
  ...listSession(session),
  current: session.hash === current,
});

/** An entry of the list of sessions that others see. */
export const listSession = (session: Session): Omit<ListedSession, 'current'> => ({
  id: session.hash,
  created_at: isoTime(session.created_at),
  last_used_on: session.used_on,
  expires_at: isoTime(session.expires_at),
  user_agent: session.user_agent,
});
