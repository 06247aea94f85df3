import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { LibsqlDialect } from '@libsql/kysely-libsql';
import { Kysely, sql } from 'kysely';
import { vi } from 'vitest';

/** Both engines store rooms locally in SQLite files, one per room. */

/** Finds the file of the room that contains this text. Throws if there is none. */
export const roomFile = (persist: string, text: string): Promise<string> =>
  // SQLite moves data between files and removes files while they are read.
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
 * Returns the keys in a room's storage. A byte search is not enough, because SQLite may leave
 * deleted rows in the file.
 */
export const storedKeys = (file: string): Promise<string[]> =>
  read(
    file,
    async (database) => {
      const { rows } = await sql<{ key: string }>`select key from _cf_KV`.execute(database);
      return rows.map(({ key }) => key);
    },
    [],
  );

/**
 * Returns the size of all keys and values in a room's storage, in bytes as serialized by the
 * engine.
 */
export const storedBytes = (file: string): Promise<number> =>
  read(
    file,
    async (database) => {
      const size = sql<{ bytes: number | null }>`
      select sum(length(cast(key as blob)) + length(value)) as bytes from _cf_KV`;
      return (await size.execute(database)).rows[0]?.bytes ?? 0;
    },
    0,
  );

/**
 * Reads a copy, because opening a database after a crash changes it. Returns `empty` if it has no
 * table yet.
 */
async function read<Found>(
  file: string,
  query: (database: Kysely<unknown>) => Promise<Found>,
  empty: Found,
): Promise<Found> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyhost-room-'));
  const copy = join(folder, basename(file));
  for (const suffix of ['', '-wal']) {
    await cp(file + suffix, copy + suffix).catch(() => undefined);
  }
  const database = new Kysely<unknown>({ dialect: new LibsqlDialect({ url: `file:${copy}` }) });
  try {
    const { rows: tables } = await sql`select 1 from sqlite_master where name = '_cf_KV'`.execute(
      database,
    );
    return tables.length === 0 ? empty : await query(database);
  } finally {
    await database.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}
