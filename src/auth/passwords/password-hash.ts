import { scryptSync, timingSafeEqual } from 'node:crypto';
import { decodeBase64IgnorePadding, encodeBase64NoPadding } from '@oslojs/encoding';
import type { Argon2Cost, Argon2id } from '../../argon2.ts';
import { ARGON2_PHC, SCRYPT_PHC } from '../../password-hash-format.ts';

/** scrypt's parameters: the base-2 logarithm of N, r and p. */
interface ScryptCost {
  logN: number;
  blockSize: number;
  parallelism: number;
}

/** The first setting for Argon2id in OWASP's Password Storage Cheat Sheet. */
const ARGON2_COST: Argon2Cost = { memory: 19_456, passes: 2, lanes: 1 };

/** The least cost for scrypt in ASVS 5 (appendix C). */
const SCRYPT_COST: ScryptCost = { logN: 15, blockSize: 8, parallelism: 3 };

const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** Hashes and verifies passwords. Each call blocks for 20 to 200 ms. */
export interface PasswordHashing {
  /** A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$key`. */
  hash(password: string): string;
  /** Whether `hash` is a hash of `password`. Compares in constant time. */
  verify(password: string, hash: string): boolean;
  /** Whether a hash should be replaced by a new one. scrypt never replaces Argon2id. */
  isOutdated(hash: string): boolean;
  /** A hash that no password has. Verifying it takes as long as verifying a new hash. */
  nobody: string;
}

/** Hashes with Argon2id, or with scrypt if `argon2` is undefined. Verifies scrypt in both cases. */
export function passwordHashing(argon2: Argon2id | undefined): PasswordHashing {
  const prefix = argon2 ? argon2Prefix(ARGON2_COST) : scryptPrefix(SCRYPT_COST);

  const derive = (password: string, salt: Uint8Array): Uint8Array =>
    argon2 ? argon2(bytesOf(password), salt, ARGON2_COST) : scrypt(password, salt, SCRYPT_COST);

  return {
    hash(password) {
      const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
      return `${prefix}${encodeBase64NoPadding(salt)}$${encodeBase64NoPadding(derive(password, salt))}`;
    },

    verify(password, hash) {
      const [derived, key] = deriveAgain(password, hash, argon2);
      return timingSafeEqual(derived, key);
    },

    isOutdated: (hash) =>
      !hash.startsWith(prefix) && (argon2 !== undefined || !hash.startsWith('$argon2id$')),

    nobody: `${prefix}${noBytes(SALT_BYTES)}$${noBytes(KEY_BYTES)}`,
  };
}

/** Derives the key of a password with the cost and salt of a stored hash. Returns both keys. */
function deriveAgain(
  password: string,
  hash: string,
  argon2: Argon2id | undefined,
): [derived: Uint8Array, key: Uint8Array] {
  const [, first = 0, second = 0, third = 0, salt = '', key = ''] =
    ARGON2_PHC.exec(hash) ?? SCRYPT_PHC.exec(hash) ?? [];
  if (salt === '') throw new Error('a stored password hash is no PHC string');
  const saltBytes = decodeBase64IgnorePadding(salt);
  const keyBytes = decodeBase64IgnorePadding(key);
  if (hash.startsWith('$scrypt$')) {
    const cost = { logN: +first, blockSize: +second, parallelism: +third };
    return [scrypt(password, saltBytes, cost), keyBytes];
  }
  if (!argon2) throw new Error('a stored password hash is by Argon2id, which cannot be loaded');
  const cost = { memory: +first, passes: +second, lanes: +third };
  return [argon2(bytesOf(password), saltBytes, cost), keyBytes];
}

const argon2Prefix = ({ memory, passes, lanes }: Argon2Cost): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$`;

const scryptPrefix = ({ logN, blockSize, parallelism }: ScryptCost): string =>
  `$scrypt$ln=${logN},r=${blockSize},p=${parallelism}$`;

const noBytes = (count: number): string => encodeBase64NoPadding(new Uint8Array(count));

/** Two systems may encode the same typed password differently: NIST 800-63B-4, 3.1.1.2. */
const bytesOf = (password: string): Uint8Array =>
  new TextEncoder().encode(password.normalize('NFKC'));

const scrypt = (password: string, salt: Uint8Array, cost: ScryptCost): Uint8Array => {
  const N = 2 ** cost.logN;
  // Twice the size of the blocks, because OpenSSL counts some memory more.
  const maxmem = 2 * 128 * N * cost.blockSize;
  const options = { N, r: cost.blockSize, p: cost.parallelism, maxmem };
  return scryptSync(bytesOf(password), salt, KEY_BYTES, options);
};
