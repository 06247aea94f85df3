/**
 * Tokens that say in which auth room they live. The one of a session is a UUID: version 8 of RFC 9562 (section 5.8), whose
 * first 12 bits name the room and whose other 110 free bits are random. The API promises a UUID,
 * which has no room for the 128 bits that ASVS 5 (7.2.3) asks of a session token. All other tokens
 * are the digits of the room and 128 random bits.
 */

const LOCATED_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const LOCATED_TOKEN = /^[0-9a-f]{35}$/;

/** How many auth rooms there are; the name of each is three hexadecimal digits. */
export const AUTH_ROOMS = 4096;

const SHARD = /^[0-9a-f]{3}$/;

/** Makes a random UUID that lives in the auth room `shard` (three hexadecimal digits). */
export function createLocatedUuid(shard: string): string {
  const digits = randomDigits(14);
  const part = (start: number, end: number) => digits.slice(start, end);
  const variant = '89ab'[Number.parseInt(part(12, 13), 16) & 3];
  return `${checkShard(shard)}${part(0, 5)}-${part(5, 9)}-8${part(9, 12)}-${variant}${part(13, 16)}-${part(16, 28)}`;
}

/** Makes a token of 128 random bits that lives in the auth room `shard`. */
export const createLocatedToken = (shard: string): string => locateToken(shard, randomDigits(16));

/** Makes a token that lives in `shard` of the first 32 of some random hexadecimal digits. */
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
