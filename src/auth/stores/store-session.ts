import { shardOf } from '../../located-token.ts';
import type { SessionQuery } from '../../operations/auth-room-operations.ts';
import type { ProvenMember } from '../../operations/proven-access.ts';
import { EMAIL_UNVERIFIED, fail, type Result, succeed } from '../../protocol/errors.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { type AuthenticatedSession, withSession } from '../sessions/authenticate-session.ts';
import { describeSession } from '../sessions/describe-session.ts';
import { memberOf } from './member-of.ts';
import type { Memberships } from './memberships.ts';

/**
 * Makes a handler for sessions that may sync, and counts its requests: each of them can cause work
 * in the room of any store.
 */
export const withSyncingSession = <Query extends SessionQuery, Output>(
  context: AccountsContext,
  handle: (member: ProvenMember, query: Query) => Promise<Result<Output>>,
) =>
  withSession(context, async (authenticated: AuthenticatedSession, query: Query) => {
    if (!describeSession(context.host.config, authenticated).may_sync) return EMAIL_UNVERIFIED;
    const { session, account } = authenticated;
    const counted = await context.sessionRequests.attempt(session.hash, async () => undefined);
    if (!counted.ok) return counted;
    return handle(memberOf(account, shardOf(query.session_uuid)!), query);
  });

/** Refuses an account that is a member of MAX_STORES stores, `coming` included. */
export async function refuseMoreStores(
  { host }: AccountsContext,
  memberships: Memberships,
  account: string,
  coming = 0,
): Promise<Result<unknown>> {
  const limit = host.config.MAX_STORES;
  if (limit === 0) return succeed({});
  const { length } = await memberships.list(account);
  return length + coming < limit ? succeed({}) : TOO_MANY_STORES(limit);
}

const TOO_MANY_STORES = (limit: number) =>
  fail('limit_reached', `an account can be in ${limit} stores`, { field: 'stores' });
