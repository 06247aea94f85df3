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

/** The keys that a room's storage holds. Bytes alone would not tell: SQLite may leave those of deleted rows. */
export const storedKeys = (file: string): Promise<string[]> =>
  read(
    file,
    async (database) => {
      const { rows } = await sql<{ key: string }>`select key from _cf_KV`.execute(database);
      return rows.map(({ key }) => key);
    },
    [],
  );

/** Bytes of all keys and values that a room's storage holds, as the engine has serialised them. */
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

/** Reads a copy, as opening a database after a crash changes it. `empty` is for one that has no table yet. */
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
