import { shardOfToken } from '../located-token.ts';
import type { AccountsRoomOperations, SessionQuery } from '../operations/auth-room-operations.ts';
import type { ClientInfo } from '../operations/client-info.ts';
import type { ProvenSession } from '../operations/proven-access.ts';
import { call } from '../operations/room-calls.ts';
import { EMAIL_UNVERIFIED, fail, type Result, succeed } from '../protocol/errors.ts';
import { isStoreId } from '../protocol/membership.ts';
import type { EdgeContext } from './environment.ts';
import { presentsToken, readToken, type Token, type TokenPlaces } from './token.ts';

export const HEADERS_ONLY: TokenPlaces = { query: false };
export const HEADERS_OR_QUERY: TokenPlaces = { query: true };

/** Auth operations that take a session token, and the rest of their input. */
type BySession = {
  [Name in keyof AccountsRoomOperations]: AccountsRoomOperations[Name]['input'] extends SessionQuery
    ? Name
    : never;
}[keyof AccountsRoomOperations];
type Details<Name extends BySession> = Omit<
  AccountsRoomOperations[Name]['input'],
  keyof SessionQuery
>;

/** Calls an auth operation with the session token that the request carries. */
export async function callWithSession<Name extends BySession>(
  context: EdgeContext,
  name: Name,
  details: Details<Name>,
): Promise<Result<AccountsRoomOperations[Name]['output']>> {
  const token = readToken(context.req.raw, HEADERS_ONLY);
  return token.ok ? callWithToken(context, token.value, name, details) : token;
}

/** Calls an auth operation with this session token. */
export const callWithToken = <Name extends BySession>(
  context: EdgeContext,
  token: Token,
  name: Name,
  details: Details<Name>,
): Promise<Result<AccountsRoomOperations[Name]['output']>> =>
  call<AccountsRoomOperations, Name>(context.env.rooms.auth(token.shard), name, {
    ...details,
    session_uuid: token.uuid,
    namespace: context.req.param('namespace'),
  });

/** An authenticated session and the auth room that stores it. */
export interface AuthenticatedSession extends ProvenSession {
  shard: string;
}

/** Authenticates a request by its session token. A namespace in the path has to match. */
export async function authenticate(
  context: EdgeContext,
  places: TokenPlaces = HEADERS_ONLY,
): Promise<Result<AuthenticatedSession>> {
  const token = readToken(context.req.raw, places);
  if (!token.ok) return token;
  const { shard } = token.value;
  return withShard(await callWithToken(context, token.value, 'session', {}), shard);
}

const withShard = (session: Result<ProvenSession>, shard: string): Result<AuthenticatedSession> =>
  session.ok ? succeed({ ...session.value, shard }) : session;

/**
 * Authenticates an upgrade by its session token or by a ticket in `?ticket=`. A ticket is good for
 * one store only.
 */
export async function authenticateUpgrade(
  context: EdgeContext,
): Promise<Result<AuthenticatedSession>> {
  const [ticket, ...others] = context.req.queries('ticket') ?? [];
  if (ticket === undefined) return authenticate(context, HEADERS_OR_QUERY);
  if (others.length > 0 || presentsToken(context.req.raw)) {
    return fail('ambiguous_token', 'a request with a ticket must not carry another token');
  }
  const shard = shardOfToken(ticket);
  if (!shard) return fail('unauthorized', 'this is not a valid ticket');
  const namespace = context.req.param('namespace');
  const room = context.env.rooms.auth(shard);
  const redeemed = call<AccountsRoomOperations, 'redeem-ticket'>(room, 'redeem-ticket', {
    ticket,
    namespace,
    store: sharedStoreIn(context),
  });
  return withShard(await redeemed, shard);
}

/** The id of the shared store that a path names; undefined for the account's private store. */
export function sharedStoreIn({ req }: EdgeContext): string | undefined {
  const room = req.param('room');
  return req.param('store') ?? (room !== undefined && isStoreId(room) ? room : undefined);
}

/** Refuses a session whose account may not sync yet. */
export const requireVerified = (
  session: Result<AuthenticatedSession>,
): Result<AuthenticatedSession> =>
  session.ok && !session.value.may_sync ? EMAIL_UNVERIFIED : session;

/** The client's confirmation of an operation that a room has completed. */
export const confirmation = (done: Result<{ message: string }>): Result<unknown> =>
  done.ok ? succeed({ success: true, message: done.value.message }) : done;

/** RFC 1035 (section 2.3.4). */
const MAX_HOST_LENGTH = 255;

export const clientInfo = (context: EdgeContext): ClientInfo => ({
  address: context.req.header('cf-connecting-ip') ?? '',
  user_agent: (context.req.header('user-agent') ?? '').slice(0, 512),
  host: new URL(context.req.raw.url).hostname.slice(0, MAX_HOST_LENGTH),
});
