import type { AccountRecord, BackupRecord } from './records.ts';

/**
 * The lines of a backup. Each ends in a hash of its text, so that a damaged line is noticed. A line
 * that somebody has written by hand needs none.
 */

const HASH_DIGITS = 16;
const SEALED = /,"hash":"([0-9a-f]{16})"\}$/;

/** Writes a record as a line, without the line break. */
export const seal = (record: BackupRecord): Promise<string> => sealText(JSON.stringify(record));

/** The same for a record that is JSON already. */
export const sealText = async (json: string): Promise<string> =>
  `${json.slice(0, -1)},"hash":"${await shortHash(json)}"}`;

/** Whether the text of a line is what its hash says. A line without a hash is. */
export async function isIntact(line: string): Promise<boolean> {
  const sealed = SEALED.exec(line);
  return sealed === null || sealed[1] === (await shortHash(`${line.slice(0, sealed.index)}}`));
}

/** The hash of an account in the list of hashes. It changes with whatever an import may change. */
export const accountHash = (account: AccountRecord): Promise<string> => {
  const { id, email, password_hash, past_passwords, created_at, verified_at, is_disabled } =
    account;
  const told = [id, email, password_hash, past_passwords, created_at, verified_at, is_disabled];
  return shortHash(JSON.stringify(told));
};

/** The first 64 bits of a text's SHA-256 in hexadecimal. */
export async function shortHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const bytes = Array.from(new Uint8Array(digest, 0, HASH_DIGITS / 2));
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
