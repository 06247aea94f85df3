import {
  type DirectoryEntry,
  type DirectoryNews,
  type ExistingAccount,
  positionOf,
} from '../../operations/directory-operations.ts';
import type { RoomTransaction } from '../../platform.ts';
import { DeletionMarks } from './deletion-marks.ts';
import { DirectoryCounts } from './directory-counts.ts';

/** Version of the stored format of an entry. */
const FORMAT = 1;

/** Room storage lists this many entries at once for one page of unseen ones. */
const SCANNED = 500;

/** A stored entry. `seen_by` is the last rebuilding that saw the account in its auth room. */
interface StoredEntry extends ExistingAccount {
  format: number;
  seen_by?: string;
}

interface Page {
  entries: StoredEntry[];
  /** The position of the last entry, if others may follow. */
  cursor: string | null;
}

/**
 * The accounts of a namespace by address, and through an index by id. An address may have two
 * entries for a moment, if its account was deleted and another one created.
 */
export class Directory {
  readonly #storage: RoomTransaction;
  readonly #deleted: DeletionMarks;
  readonly counts: DirectoryCounts;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
    this.counts = new DirectoryCounts(storage);
    this.#deleted = new DeletionMarks(storage);
  }

  /** Stores a state, unless a later one is stored. Call it in a transaction. */
  async set(news: DirectoryNews, rebuild?: string): Promise<void> {
    if (await this.#deleted.has(news.id)) return;
    const known = await this.#get(news.id);
    if ('is_deleted' in news) {
      if (known) await this.#remove(known);
      await this.counts.changeAccount(known, undefined);
      return this.#deleted.add(news.id);
    }
    const isLate = known !== undefined && known.version > news.version;
    if (isLate && rebuild === undefined) return;
    if (known && !isLate && keyOf(known) !== keyOf(news)) await this.#remove(known);
    const entry = isLate ? known : { format: FORMAT, ...news };
    await this.#put(entry, rebuild ?? known?.seen_by);
    await this.counts.changeAccount(known, entry);
  }

  /** Takes news of an account that was deleted, because a backup has brought it back. */
  async forgetDeletion(id: string): Promise<void> {
    await this.#deleted.remove(id);
  }

  async find(id: string): Promise<DirectoryEntry | undefined> {
    const stored = await this.#get(id);
    return stored && describe(stored);
  }

  /** A page in the order of the addresses. Takes one call to the storage. */
  async list(
    prefix: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ accounts: DirectoryEntry[]; cursor: string | null }> {
    const page = await this.#page(prefix, cursor, limit);
    return { accounts: page.entries.map(describe), cursor: page.cursor };
  }

  /** At most `limit` entries of one page that a rebuilding has not seen. */
  async listUnseen(
    rebuild: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ accounts: DirectoryEntry[]; cursor: string | null }> {
    const page = await this.#page('', cursor, SCANNED);
    const unseen = page.entries.filter(({ seen_by }) => seen_by !== rebuild);
    const accounts = unseen.slice(0, limit).map(describe);
    const isCut = unseen.length > limit;
    return { accounts, cursor: isCut ? positionOf(unseen[limit - 1]!) : page.cursor };
  }

  async #page(prefix: string, cursor: string | undefined, limit: number): Promise<Page> {
    const stored = await this.#storage.list<StoredEntry>({
      prefix: ENTRY + prefix,
      // A space sorts before everything that a key can go on with.
      ...(cursor !== undefined && { start: `${ENTRY}${cursor} ` }),
      // The additional one tells whether there is another page.
      limit: limit + 1,
    });
    const entries = [...stored.values()].slice(0, limit);
    for (const entry of entries) refuseNewer(entry);
    return { entries, cursor: stored.size > limit ? positionOf(entries.at(-1)!) : null };
  }

  async #get(id: string): Promise<StoredEntry | undefined> {
    const key = await this.#storage.get<string>(ID + id);
    if (key === undefined) return undefined;
    const stored = await this.#storage.get<StoredEntry>(key);
    return stored && refuseNewer(stored);
  }

  async #put(entry: StoredEntry, seen_by: string | undefined): Promise<void> {
    const stored = { ...entry, ...(seen_by !== undefined && { seen_by }) };
    await this.#storage.put<unknown>({ [keyOf(entry)]: stored, [ID + entry.id]: keyOf(entry) });
  }

  async #remove(entry: StoredEntry): Promise<void> {
    await this.#storage.delete([keyOf(entry), ID + entry.id]);
  }
}

const describe = (stored: StoredEntry): DirectoryEntry => {
  const { id, email, created_at, verified_at, is_disabled, shard } = stored;
  return { id, email, created_at, verified_at, is_disabled, shard };
};

function refuseNewer(stored: StoredEntry): StoredEntry {
  if (stored.format > FORMAT) throw new Error('the entry is of a newer format');
  return stored;
}

const keyOf = (entry: Pick<DirectoryEntry, 'email' | 'id'>): string => ENTRY + positionOf(entry);

const ENTRY = 'account:';
const ID = 'id:';
