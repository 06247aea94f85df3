import { readFile } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import type { Flags } from '../flags.ts';

/** Encrypted backups, in the format of age (https://age-encryption.org). */

type Bytes = ReadableStream<Uint8Array>;

/** How a file begins that age has written. */
export const AGE_HEADER = 'age-encryption.org/v1';

export const isEncrypting = ({ recipients, passphrase }: Flags): boolean =>
  recipients.length > 0 || passphrase !== undefined;

export async function encrypt(plain: Bytes, { recipients, passphrase }: Flags): Promise<Bytes> {
  const { Encrypter } = await load();
  const encrypter = new Encrypter();
  try {
    for (const recipient of recipients) encrypter.addRecipient(recipient);
  } catch {
    throw new Failure('usage', 'a --recipient is not a public key of age');
  }
  if (passphrase !== undefined) encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(plain);
}

export async function decrypt(encrypted: Bytes, { identity, passphrase }: Flags): Promise<Bytes> {
  const { Decrypter } = await load();
  const decrypter = new Decrypter();
  if (identity === undefined && passphrase === undefined) {
    throw new Failure('usage', 'the file is encrypted: pass --identity or --passphrase');
  }
  if (passphrase !== undefined) decrypter.addPassphrase(passphrase);
  try {
    for (const key of identity === undefined ? [] : await readKeys(identity)) {
      decrypter.addIdentity(key);
    }
    return await decrypter.decrypt(encrypted);
  } catch (error) {
    throw new Failure('file', `the file cannot be decrypted: ${(error as Error).message}`);
  }
}

/** The keys in a file that `age-keygen` has written. */
async function readKeys(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/);
  return lines.filter((line) => line.startsWith('AGE-SECRET-KEY-'));
}

/** The package is optional, because its cryptography is larger than everything else here. */
async function load(): Promise<typeof import('age-encryption')> {
  try {
    return await import('age-encryption');
  } catch {
    throw new Failure('usage', 'encrypted backups need a package: npm install age-encryption');
  }
}
