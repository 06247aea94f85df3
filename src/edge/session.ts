import type { AuthOperations, ClientInfo, ProvenSession } from '../operations.ts';
import type { Result } from '../protocol/errors.ts';
import { call } from '../rpc.ts';
import type { EdgeContext } from './host.ts';
import { readToken, type Token, type TokenPlaces } from './token.ts';

export const IN_HEADERS: TokenPlaces = { query: false };
export const ALSO_IN_QUERY: TokenPlaces = { query: true };

/** The session that a request proves, of the namespace in its path where there is one. */
export async function proveSession(
  context: EdgeContext,
  places: TokenPlaces = IN_HEADERS,
): Promise<Result<ProvenSession>> {
  const token = readToken(context.req.raw, places);
  return token.ok ? lookUp(context, token.value) : token;
}

export const lookUp = (context: EdgeContext, token: Token): Promise<Result<ProvenSession>> =>
  call<AuthOperations, 'session'>(context.env.rooms.auth(token.shard), 'session', {
    session_uuid: token.uuid,
    namespace: context.req.param('namespace'),
  });

export const clientInfo = (context: EdgeContext): ClientInfo => ({
  address: context.req.header('cf-connecting-ip') ?? '',
  user_agent: (context.req.header('user-agent') ?? '').slice(0, 512),
});
