/**
 * Tokens that name the auth room in which they are stored. The token of a session is a UUID of
 * version 8 (RFC 9562, section 5.8): 12 bits name the room, 110 are random. The API promises a
 * UUID, which has no room for the 128 random bits that ASVS 5 (7.2.3) requires. All other tokens
 * are the digits of the room and 128 random bits.
 */

const LOCATED_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const LOCATED_TOKEN = /^[0-9a-f]{35}$/;

/** The number of accounts rooms. The name of each is three hexadecimal digits. */
export const AUTH_ROOMS = 4096;

const SHARD = /^[0-9a-f]{3}$/;

/** Creates a random UUID for the auth room `shard` (three hexadecimal digits). */
export function createLocatedUuid(shard: string): string {
  const digits = randomDigits(14);
  const part = (start: number, end: number) => digits.slice(start, end);
  const variant = '89ab'[Number.parseInt(part(12, 13), 16) & 3];
  return `${checkShard(shard)}${part(0, 5)}-${part(5, 9)}-8${part(9, 12)}-${variant}${part(13, 16)}-${part(16, 28)}`;
}

/** Creates a token of 128 random bits for the auth room `shard`. */
export const createLocatedToken = (shard: string): string => locateToken(shard, randomDigits(16));

/** Creates a token for `shard` from the first 32 of some random hexadecimal digits. */
export const locateToken = (shard: string, digits: string): string =>
  checkShard(shard) + digits.slice(0, 32);

function checkShard(shard: string): string {
  if (!SHARD.test(shard)) throw new RangeError('a shard is three hexadecimal digits');
  return shard;
}

const randomDigits = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

/** The auth room of a UUID made by {@link createLocatedUuid}; undefined for any other text. */
export const shardOf = (uuid: string): string | undefined =>
  LOCATED_UUID.test(uuid) ? uuid.slice(0, 3) : undefined;

/** The auth room of a token made by {@link locateToken}; undefined for any other text. */
export const shardOfToken = (token: string): string | undefined =>
  LOCATED_TOKEN.test(token) ? token.slice(0, 3) : undefined;
