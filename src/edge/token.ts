import { shardOf } from '../located-token.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';

/** A session token and the auth room that it names. */
export interface Token {
  uuid: string;
  shard: string;
}

/**
 * Where a request may carry its token. Browsers cannot set headers on sockets, so those may use the
 * query.
 */
export interface TokenPlaces {
  query: boolean;
}

/**
 * Reads the session token from `Authorization: Bearer`, `X-Session-UUID` and, if allowed,
 * `sessionUuid` in the query. Different values in one request are ambiguous and refused.
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
  if (uuid === undefined) return fail('unauthorized', 'a session token is required');
  const shard = shardOf(uuid);
  return shard
    ? succeed({ uuid, shard })
    : fail('unauthorized', 'this is not a valid session token');
}

/** Whether a request carries a token in any place. */
export function presentsToken({ headers, url }: Request): boolean {
  const inHeaders = headers.has('authorization') || headers.has('x-session-uuid');
  return inHeaders || new URL(url).searchParams.has('sessionUuid');
}

/** Repeated headers arrive as one, joined by commas. */
const listed = (header: string): string[] =>
  header
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const bearerTokens = (header: string): string[] =>
  listed(header).flatMap((part) => /^Bearer +(\S+)$/i.exec(part)?.[1] ?? []);
