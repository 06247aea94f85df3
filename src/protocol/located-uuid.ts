/**
 * A UUID that says in which auth room it lives: version 8 of RFC 9562 (section 5.8), whose
 * first 12 bits name the room and whose other 110 free bits are random. The API promises a UUID,
 * which has no room for the 128 bits that ASVS 5 (7.2.3) asks of a session token.
 */

const LOCATED_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** How many auth rooms there are; the name of each is three hexadecimal digits. */
export const AUTH_ROOMS = 4096;

const SHARD = /^[0-9a-f]{3}$/;

/** Makes a random UUID that lives in the auth room `shard` (three hexadecimal digits). */
export function createLocatedUuid(shard: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(14));
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  return locateUuid(shard, digits.join(''));
}

/** Makes a UUID that lives in `shard` of the first 28 of some random hexadecimal digits. */
export function locateUuid(shard: string, digits: string): string {
  if (!SHARD.test(shard)) throw new RangeError('a shard is three hexadecimal digits');
  const part = (start: number, end: number) => digits.slice(start, end);
  const variant = '89ab'[Number.parseInt(part(12, 13), 16) & 3];
  return `${shard}${part(0, 5)}-${part(5, 9)}-8${part(9, 12)}-${variant}${part(13, 16)}-${part(16, 28)}`;
}

/** The auth room of a UUID made by {@link createLocatedUuid}; undefined for any other text. */
export const shardOf = (uuid: string): string | undefined =>
  LOCATED_UUID.test(uuid) ? uuid.slice(0, 3) : undefined;
