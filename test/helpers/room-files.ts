import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { LibsqlDialect } from '@libsql/kysely-libsql';
import { Kysely, sql } from 'kysely';
import { vi } from 'vitest';

/** The databases in which both engines keep rooms on a developer's machine: one SQLite file each. */

/** The file of the room that holds this text, found in its bytes. Throws where none does. */
export const roomFile = (persist: string, text: string): Promise<string> =>
  // Under one's eyes SQLite moves bytes from one file to another, and removes files.
  vi.waitFor(() => findRoomFile(persist, text), { timeout: 5_000 });

async function findRoomFile(persist: string, text: string): Promise<string> {
  for (const path of await readdir(persist, { recursive: true })) {
    if (!/\.sqlite(-wal)?$/.test(path)) continue;
    const file = join(persist, path);
    if ((await readFile(file)).includes(text)) return file.replace(/-wal$/, '');
  }
  throw new Error('no room holds this text');
}

/**
 * The keys that a room's storage holds. Reads a copy, as opening a database after a crash changes
 * it. Bytes alone would not tell: SQLite may leave those of deleted rows in the file.
 */
export async function storedKeys(file: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyhost-room-'));
  const copy = join(folder, basename(file));
  for (const suffix of ['', '-wal']) {
    await cp(file + suffix, copy + suffix).catch(() => undefined);
  }
  const database = new Kysely({ dialect: new LibsqlDialect({ url: `file:${copy}` }) });
  try {
    const { rows: tables } = await sql`select 1 from sqlite_master where name = '_cf_KV'`.execute(
      database,
    );
    if (tables.length === 0) return [];
    const { rows } = await sql<{ key: string }>`select key from _cf_KV`.execute(database);
    return rows.map(({ key }) => key);
  } finally {
    await database.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}
