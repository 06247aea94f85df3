import { scryptSync, timingSafeEqual } from 'node:crypto';
import { decodeBase64IgnorePadding, encodeBase64NoPadding } from '@oslojs/encoding';

/** What one hash costs: scrypt's N, as its base-2 logarithm, r and p. */
export interface Cost {
  logN: number;
  blockSize: number;
  parallelism: number;
}

/** OWASP's Password Storage Cheat Sheet: the scrypt setting that takes 16 MiB of memory. */
export const COST: Cost = { logN: 14, blockSize: 8, parallelism: 5 };

const SALT_BYTES = 16;
const KEY_BYTES = 32;
const PHC = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Hashes a password into a PHC string, `$scrypt$ln=14,r=8,p=5$salt$key`. Blocks for about 0.2 s. */
export function hashPassword(password: string, cost: Cost = COST): string {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const key = encodeBase64NoPadding(derive(password, salt, cost));
  return `${prefixOf(cost)}${encodeBase64NoPadding(salt)}$${key}`;
}

/** Whether `hash` is that of `password`; in constant time once the key is derived. */
export function verifyPassword(password: string, hash: string): boolean {
  const [, logN, blockSize, parallelism, salt, key] = PHC.exec(hash) ?? [];
  if (!salt || !key) throw new Error('a stored password hash is no PHC string');
  const cost = { logN: +logN!, blockSize: +blockSize!, parallelism: +parallelism! };
  const derived = derive(password, decodeBase64IgnorePadding(salt), cost);
  return timingSafeEqual(derived, decodeBase64IgnorePadding(key));
}

/** Whether a hash was made at another cost than today's. */
export const isOutdated = (hash: string): boolean => !hash.startsWith(prefixOf(COST));

const prefixOf = (cost: Cost) =>
  `$scrypt$ln=${cost.logN},r=${cost.blockSize},p=${cost.parallelism}$`;

/** The same password typed on two systems is the same one: NIST 800-63B-4, section 3.1.1.2. */
const derive = (password: string, salt: Uint8Array, { logN, blockSize, parallelism }: Cost) => {
  const N = 2 ** logN;
  // Twice what scrypt needs for its blocks, as OpenSSL counts some more.
  const maxmem = 2 * 128 * N * blockSize;
  const options = { N, r: blockSize, p: parallelism, maxmem };
  return scryptSync(password.normalize('NFKC'), salt, KEY_BYTES, options);
};
