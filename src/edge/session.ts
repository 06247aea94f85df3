import type { AuthOperations, ClientInfo, ProvenSession, SessionQuery } from '../operations.ts';
import { EMAIL_UNVERIFIED, fail, type Result, succeed } from '../protocol/errors.ts';
import { shardOfToken } from '../protocol/located-uuid.ts';
import { call } from '../rpc.ts';
import type { EdgeContext } from './host.ts';
import { presentsToken, readToken, type Token, type TokenPlaces } from './token.ts';

export const IN_HEADERS: TokenPlaces = { query: false };
export const ALSO_IN_QUERY: TokenPlaces = { query: true };

/** Operations that are asked for with a session, and what they need beside it. */
type BySession = {
  [Name in keyof AuthOperations]: AuthOperations[Name]['input'] extends SessionQuery ? Name : never;
}[keyof AuthOperations];
type Details<Name extends BySession> = Omit<AuthOperations[Name]['input'], keyof SessionQuery>;

/** Has the auth room do something for whoever's token the request carries. */
export async function askAs<Name extends BySession>(
  context: EdgeContext,
  name: Name,
  details: Details<Name>,
): Promise<Result<AuthOperations[Name]['output']>> {
  const token = readToken(context.req.raw, IN_HEADERS);
  return token.ok ? askWith(context, token.value, name, details) : token;
}

/** Has the auth room do something for whoever's token this is. */
export const askWith = <Name extends BySession>(
  context: EdgeContext,
  token: Token,
  name: Name,
  details: Details<Name>,
): Promise<Result<AuthOperations[Name]['output']>> =>
  call<AuthOperations, Name>(context.env.rooms.auth(token.shard), name, {
    ...details,
    session_uuid: token.uuid,
    namespace: context.req.param('namespace'),
  });

/** A session, and the auth room that knows it. */
export interface LocatedSession extends ProvenSession {
  shard: string;
}

/** The session that a request proves, of the namespace in its path where there is one. */
export async function proveSession(
  context: EdgeContext,
  places: TokenPlaces = IN_HEADERS,
): Promise<Result<LocatedSession>> {
  const token = readToken(context.req.raw, places);
  if (!token.ok) return token;
  const { shard } = token.value;
  return locate(await askWith(context, token.value, 'session', {}), shard);
}

const locate = (session: Result<ProvenSession>, shard: string): Result<LocatedSession> =>
  session.ok ? succeed({ ...session.value, shard }) : session;

/** The session that an upgrade proves, by its token or by a ticket in `?ticket=`. */
export async function proveUpgrade(context: EdgeContext): Promise<Result<LocatedSession>> {
  const [ticket, ...others] = context.req.queries('ticket') ?? [];
  if (ticket === undefined) return proveSession(context, ALSO_IN_QUERY);
  if (others.length > 0 || presentsToken(context.req.raw)) {
    return fail('ambiguous_token', 'a ticket stands alone');
  }
  const shard = shardOfToken(ticket);
  if (!shard) return fail('unauthorized', 'this is no valid ticket');
  const namespace = context.req.param('namespace');
  const room = context.env.rooms.auth(shard);
  const redeemed = call<AuthOperations, 'redeem-ticket'>(room, 'redeem-ticket', {
    ticket,
    namespace,
  });
  return locate(await redeemed, shard);
}

/** The session, if its account may sync. */
export const requireVerified = (session: Result<LocatedSession>): Result<LocatedSession> =>
  session.ok && !session.value.may_sync ? EMAIL_UNVERIFIED : session;

/** What a room answers to something done, as the client is told. */
export const confirm = (done: Result<{ message: string }>): Result<unknown> =>
  done.ok ? succeed({ success: true, message: done.value.message }) : done;

/** RFC 1035 (section 2.3.4). */
const MAX_HOST_LENGTH = 255;

export const clientInfo = (context: EdgeContext): ClientInfo => ({
  address: context.req.header('cf-connecting-ip') ?? '',
  user_agent: (context.req.header('user-agent') ?? '').slice(0, 512),
  host: new URL(context.req.raw.url).hostname.slice(0, MAX_HOST_LENGTH),
});
