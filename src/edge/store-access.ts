import type { ProvenMember, StoreOwner } from '../operations/proven-access.ts';
import type { RoomStub } from '../platform.ts';
import { fail, NO_SUCH_STORE, type Result, succeed } from '../protocol/errors.ts';
import { isStoreId } from '../protocol/membership.ts';
import type { EdgeContext } from './environment.ts';
import { type AuthenticatedSession, requireVerified, sharedStoreIn } from './session.ts';

/** The room of a store, and who asks for it. */
export interface StoreAccess {
  room: RoomStub;
  session: AuthenticatedSession;
  /** In a shared store, whose room decides what the account may do. */
  member?: ProvenMember;
  /** In a private store. */
  owner?: StoreOwner;
}

/**
 * The store that the path names: the shared one `:store`, the private or shared one `:room`, or the
 * account's own private store. An account that is not verified, if it has to be, gets no access.
 */
export function storeAccess(
  context: EdgeContext,
  authenticated: Result<AuthenticatedSession>,
): Result<StoreAccess> {
  if (sharedStoreIn(context) !== undefined) return sharedStoreAccess(context, authenticated);
  const session = requireVerified(authenticated);
  if (!session.ok) return session;
  const own = session.value.user.durable_object_name;
  if ((context.req.param('room') ?? own) !== own)
    return fail('forbidden', 'this room belongs to somebody else');
  const owner = { namespace: session.value.namespace, account: own };
  return succeed({ room: context.env.rooms.user(own), session: session.value, owner });
}

/** The shared store `:store`, for a session that may sync. */
export function sharedStoreAccess(
  context: EdgeContext,
  authenticated: Result<AuthenticatedSession>,
): Result<Required<Omit<StoreAccess, 'owner'>>> {
  const session = requireVerified(authenticated);
  if (!session.ok) return session;
  const store = sharedStoreIn(context) ?? '';
  // Other ids are those of private rooms.
  if (!isStoreId(store)) return NO_SUCH_STORE;
  const room = context.env.rooms.user(store);
  return succeed({ room, session: session.value, member: memberOf(session.value) });
}

/** The account of a session, for the rooms of shared stores. */
export const memberOf = ({ user, namespace, shard }: AuthenticatedSession): ProvenMember => ({
  account: user.durable_object_name,
  email: user.email,
  namespace,
  shard,
});
