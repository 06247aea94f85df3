/** The formats of stored password hashes: PHC strings with the cost, then salt and key in base64. */

export const ARGON2_PHC =
  /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
export const SCRYPT_PHC =
  /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Higher costs than these would block a hashing room for seconds. */
const MOST_ARGON2 = [65_536, 10, 4] as const;
const MOST_SCRYPT = [17, 8, 4] as const;

const MAX_LENGTH = 256;

/** Whether a text from outside is a password hash that this service can verify at a usual cost. */
export function isPasswordHash(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  return (
    isWithin(ARGON2_PHC.exec(text), MOST_ARGON2) || isWithin(SCRYPT_PHC.exec(text), MOST_SCRYPT)
  );
}

const isWithin = (found: RegExpExecArray | null, most: readonly number[]): boolean =>
  found !== null &&
  most.every((limit, index) => Number(found[index + 1]) >= 1 && Number(found[index + 1]) <= limit);
