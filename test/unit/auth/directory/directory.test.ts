import { afterEach, describe, expect, it, vi } from 'vitest';
import { directoryHandlers } from '../../../../src/auth/directory/directory-room.ts';
import type {
  DirectoryOperations,
  ExistingAccount,
} from '../../../../src/operations/directory-operations.ts';
import type { Handlers } from '../../../../src/operations/room-calls.ts';
import type { RoomHost } from '../../../../src/platform.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';

const HOUR = 3_600_000;
const VERIFIED = { verified_at: '2026-11-02T00:00:00.000Z', version: 1 };

describe('the directory of a namespace', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lists accounts in the order of their addresses, whatever their case', async () => {
    const { set, listed } = open();
    for (const email of ['Bea@example.com', 'ann@example.com.au', 'ann@example.com', 'Al@b.com']) {
      await set(account(email));
    }
    expect(await listed()).toEqual([
      'Al@b.com',
      'ann@example.com',
      'ann@example.com.au',
      'Bea@example.com',
    ]);
  });

  it('lists those whose address begins with a prefix', async () => {
    const { set, listed } = open();
    for (const email of ['ann@example.com', 'Anna@example.com', 'ÄNN@example.com', 'bo@b.com']) {
      await set(account(email));
    }
    expect(await listed('ANN')).toEqual(['ann@example.com', 'Anna@example.com']);
    expect(await listed('ann@')).toEqual(['ann@example.com']);
    expect(await listed('a\u0308')).toEqual(['ÄNN@example.com']);
    expect(await listed('nobody')).toEqual([]);
  });

  it('reads 10,000 accounts in 100 pages, each once, with one list of the storage for each', async () => {
    const { storage, room } = open();
    const entries = Array.from({ length: 10_000 }, (_, index) => account(`u${index}@b.com`));
    await room['set-entries']({ entries });
    const list = vi.spyOn(storage, 'list');
    const get = vi.spyOn(storage, 'get');
    const seen = new Set<string>();
    let pages = 0;
    for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
      const page = await page100(room, cursor);
      for (const { id } of page.accounts) seen.add(id);
      cursor = page.cursor;
    }
    expect(pages).toBe(100);
    expect(seen.size).toBe(10_000);
    expect(list).toHaveBeenCalledTimes(100);
    // The memory storage reads the listed entries with one `get` for each list.
    expect(get).toHaveBeenCalledTimes(100);
  });

  it('goes on after an account that was deleted while the pages were read', async () => {
    const { set, room } = open();
    const [first, second, third] = ['a@b.com', 'b@b.com', 'c@b.com'].map(account);
    for (const entry of [first, second, third]) await set(entry!);
    const page = await room['list-accounts']({ limit: 2 });
    await set({ id: second!.id, is_deleted: true });
    const cursor = page.ok ? page.value.cursor! : '';
    expect(await room['list-accounts']({ limit: 2, cursor })).toMatchObject({
      value: { accounts: [{ email: 'c@b.com' }], cursor: null },
    });
  });

  it('finds an account by its id', async () => {
    const { set, room } = open();
    const { version, ...entry } = account('ann@example.com');
    await set({ ...entry, version });
    expect(await room['find-account']({ id: entry.id })).toEqual({ ok: true, value: entry });
    const nobody = await room['find-account']({ id: crypto.randomUUID() });
    expect(nobody).toMatchObject({ error: 'not_found' });
  });

  it('keeps the latest version, in whatever order and however often states arrive', async () => {
    const { set, room } = open();
    const created = account('ann@example.com');
    for (const version of [1, 0, 2, 2, 1]) {
      await set({ ...created, version, verified_at: `version ${version}` });
    }
    const found = await room['find-account']({ id: created.id });
    expect(found).toMatchObject({ value: { verified_at: 'version 2' } });
  });

  it('does not bring back a deleted account when an older state arrives late', async () => {
    const { set, listed } = open();
    const created = account('ann@example.com');
    await set(created);
    await set({ id: created.id, is_deleted: true });
    await set({ ...created, ...VERIFIED });
    await set({ id: created.id, is_deleted: true });
    const unknown = account('bea@example.com');
    await set({ id: unknown.id, is_deleted: true });
    await set(unknown);
    expect(await listed()).toEqual([]);
  });

  it('lists a new account of an address, whenever the end of the former one arrives', async () => {
    const { set, listed, room } = open();
    const [former, present] = [account('ann@example.com'), account('ann@example.com')];
    await set(former);
    await set(present);
    await set(former);
    await set({ id: former.id, is_deleted: true });
    expect(await listed()).toEqual(['ann@example.com']);
    expect(await room['find-account']({ id: present.id })).toMatchObject({ ok: true });
  });

  it('forgets a deletion after an hour, and keeps nothing of the account', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 });
    const { set, storage } = open();
    const ids = Array.from({ length: 120 }, () => crypto.randomUUID());
    for (const id of ids) await set({ id, is_deleted: true });
    const created = account('ann@example.com');
    await set(created);
    await set({ id: created.id, is_deleted: true });
    expect(storage.dump()).not.toContain('ann@example.com');
    vi.setSystemTime(Date.now() + HOUR + 1);
    const last = Array.from({ length: 3 }, () => crypto.randomUUID());
    for (const id of last) await set({ id, is_deleted: true });
    // The other entry has the counts.
    expect((await storage.list()).size).toBe(2 * last.length + 1);
  });

  it('refuses a page of no or too many accounts, and a text that is no cursor', async () => {
    const { room } = open();
    for (const limit of [0, -1, 501, 1.5, Number.NaN]) {
      expect(await room['list-accounts']({ limit })).toMatchObject({ field: 'limit' });
    }
    const long = 'a'.repeat(5_000);
    const withCursor = await room['list-accounts']({ limit: 1, cursor: long });
    expect(withCursor).toMatchObject({ error: 'invalid_field', field: 'cursor' });
    const withPrefix = await room['list-accounts']({ limit: 1, prefix: long });
    expect(withPrefix).toMatchObject({ error: 'invalid_field', field: 'prefix' });
  });

  it('leaves an entry of a newer format untouched', async () => {
    const { set, storage, room } = open();
    const entry = account('ann@example.com');
    await set(entry);
    const [[key, stored]] = [...(await storage.list<object>({ prefix: 'account:' }))] as [
      [string, object],
    ];
    await storage.put(key, { ...stored, format: 2 });
    const before = storage.dump();
    await expect(set({ ...entry, ...VERIFIED })).rejects.toThrow('newer format');
    await expect(room['list-accounts']({ limit: 1 })).rejects.toThrow('newer format');
    expect(storage.dump()).toBe(before);
  });
});

function open() {
  const storage = new MemoryStorage();
  const room = directoryHandlers({ storage } as unknown as RoomHost);
  const set = (entry: DirectoryOperations['set-entry']['input']['entry']) =>
    room['set-entry']({ entry });
  const listed = async (prefix?: string): Promise<string[]> => {
    const page = await room['list-accounts']({ prefix, limit: 500 });
    return page.ok ? page.value.accounts.map(({ email }) => email) : [page.error];
  };
  return { storage, room, set, listed };
}

async function page100(room: Handlers<DirectoryOperations>, cursor: string | undefined) {
  const page = await room['list-accounts']({ cursor, limit: 100 });
  if (!page.ok) throw new Error(page.message);
  return page.value;
}

const account = (email: string): ExistingAccount => ({
  id: crypto.randomUUID(),
  email,
  created_at: '2026-11-01T00:00:00.000Z',
  verified_at: null,
  is_disabled: false,
  shard: '0f9',
  version: 0,
});
