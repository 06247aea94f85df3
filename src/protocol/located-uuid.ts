/**
 * A UUID that says in which auth room it lives: version 8 of RFC 9562 (section 5.8), whose
 * first 12 bits name the room and whose other 110 free bits are random.
 */

const LOCATED_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** How many auth rooms there are; the name of each is three hexadecimal digits. */
export const AUTH_ROOMS = 4096;

const SHARD = /^[0-9a-f]{3}$/;

/** Makes a random UUID that lives in the auth room `shard` (three hexadecimal digits). */
export function createLocatedUuid(shard: string): string {
  if (!SHARD.test(shard)) throw new RangeError('a shard is three hexadecimal digits');
  return `${shard + crypto.randomUUID().slice(3, 14)}8${crypto.randomUUID().slice(15)}`;
}

/** The auth room of a UUID made by {@link createLocatedUuid}; undefined for any other text. */
export const shardOf = (uuid: string): string | undefined =>
  LOCATED_UUID.test(uuid) ? uuid.slice(0, 3) : undefined;
