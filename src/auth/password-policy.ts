import { normaliseAddress } from '../protocol/address.ts';
import { type Failure, fail } from '../protocol/errors.ts';

/** Longest password, in characters. NIST 800-63B-4 (section 3.1.1.2) asks for 64 at least. */
const MAX_PASSWORD_LENGTH = 256;

/** Why an account of this address may not have this password, if so; common ones aside. */
export function refusePassword(
  password: string,
  email: string,
  minLength: number,
): Failure | undefined {
  const length = [...password.normalize('NFKC')].length;
  if (length < minLength) return refuse(`a password needs at least ${minLength} characters`);
  if (length > MAX_PASSWORD_LENGTH) {
    return refuse(`a password may have at most ${MAX_PASSWORD_LENGTH} characters`);
  }
  const address = normaliseAddress(email);
  const guesses = [address, address.slice(0, address.lastIndexOf('@'))];
  if (guesses.includes(caseless(password))) return refuse('the address cannot be the password');
  return undefined;
}

/** Whether a password is among the 49,000 most common ones, whatever its case. */
export async function isCommonPassword(password: string): Promise<boolean> {
  commonPasswords ??= loadCommonPasswords();
  return (await commonPasswords).has(caseless(password));
}

let commonPasswords: Promise<ReadonlySet<string>> | undefined;

/** Unpacking the list takes some 40 ms, which only a room that hashes should spend. */
async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']);
}

const caseless = (password: string) => password.normalize('NFKC').trim().toLowerCase();

const refuse = (message: string) => fail('invalid_field', message, { field: 'password' });
