import { writeFile } from 'node:fs/promises';
import { getHlcFunctions } from 'tinybase/common';
import { argon2 } from '../../../dev/argon2-wasm.ts';
import { loadArgon2 } from '../../../src/argon2.ts';
import { passwordHashing } from '../../../src/auth/passwords/password-hash.ts';
import { seal } from '../../../src/protocol/backup/lines.ts';

/** The password of all accounts of a generated backup. */
export const PASSWORD = 'correct horse battery';

/** Rows of a store, and characters of each: about 10 kB. */
const ROWS = 20;
const CHARACTERS = 450;

export const addressOf = (number: number): string => `user${number}@example.com`;

/** Writes a backup with accounts that have about 10 kB each. Returns its size in bytes. */
export async function writeLargeBackup(
  file: string,
  namespace: string,
  accounts: number,
): Promise<number> {
  const password_hash = await hash();
  const [nextHlc] = getHlcFunctions('backup');
  const created_at = new Date().toISOString();
  const header = { kind: 'header', format: 1, namespace, created_at, version: '0.1.0' } as const;
  const lines = [await seal(header)];
  for (let number = 0; number < accounts; number += 1) {
    const id = crypto.randomUUID();
    const state = { past_passwords: 0, verified_at: null, is_disabled: false, changes: 0 };
    const email = addressOf(number);
    lines.push(await seal({ kind: 'account', id, email, password_hash, created_at, ...state }));
    const rows = Array.from({ length: ROWS }, (_, row) => {
      const title = `${row} of ${number} `.padEnd(CHARACTERS, 'x');
      return [`r${row}`, [{ title: [title, nextHlc()], done: ['\uFFFC', nextHlc()] }]];
    });
    const change = [[{ tasks: [Object.fromEntries(rows)] }], [{ n: [number, nextHlc()] }], 1];
    lines.push(await seal({ kind: 'part', store: id, part: 1, is_last: true, change }));
  }
  lines.push(await seal({ kind: 'end', cursor: null, accounts, stores: accounts }));
  const text = `${lines.join('\n')}\n`;
  await writeFile(file, text);
  return text.length;
}

async function hash(): Promise<string> {
  return passwordHashing(await loadArgon2(argon2)).hash(PASSWORD);
}
