import { fail, type Result, succeed } from '../protocol/errors.ts';
import { shardOf } from '../protocol/located-uuid.ts';

/** A token as presented, and the auth room it says it lives in. */
export interface Token {
  uuid: string;
  shard: string;
}

/** Where a token may stand. Browsers can give sockets no headers, so theirs may be in the query. */
export interface TokenPlaces {
  query: boolean;
}

/**
 * The one token that a request presents: `Authorization: Bearer`, `X-Session-UUID` and, where
 * allowed, `sessionUuid` in the query. The same value twice is fine; two values are refused, since
 * no one could say which of them was meant.
 */
export function readToken(request: Request, places: TokenPlaces): Result<Token> {
  const { headers, url } = request;
  const presented = new Set([
    ...bearerTokens(headers.get('authorization') ?? ''),
    ...listed(headers.get('x-session-uuid') ?? ''),
    ...(places.query ? new URL(url).searchParams.getAll('sessionUuid').filter(Boolean) : []),
  ]);
  if (presented.size > 1) return fail('ambiguous_token', 'the request carries different tokens');
  const [uuid] = presented;
  if (uuid === undefined) return fail('unauthorized', 'a session token is needed');
  const shard = shardOf(uuid);
  return shard ? succeed({ uuid, shard }) : fail('unauthorized', 'this is no valid session token');
}

/** Whether a request presents any token, in whatever place. */
export function presentsToken({ headers, url }: Request): boolean {
  const inHeaders = headers.has('authorization') || headers.has('x-session-uuid');
  return inHeaders || new URL(url).searchParams.has('sessionUuid');
}

/** A header that was sent twice arrives joined by commas. */
const listed = (header: string): string[] =>
  header
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const bearerTokens = (header: string): string[] =>
  listed(header).flatMap((part) => /^Bearer +(\S+)$/i.exec(part)?.[1] ?? []);
