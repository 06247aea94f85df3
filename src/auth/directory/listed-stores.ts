import type { StoreNews } from '../../operations/directory-operations.ts';
import type { RoomTransaction } from '../../platform.ts';
import { DeletionMarks } from './deletion-marks.ts';
import { DirectoryCounts } from './directory-counts.ts';

/** Version of the stored format of an entry. */
const FORMAT = 1;

/** Room storage lists this many entries at once for one page of unseen ones. */
const SCANNED = 500;

/** A stored entry. `seen_by` is the last rebuilding that found an owner of the store. */
interface StoredEntry {
  format: number;
  id: string;
  seen_by?: string;
}

interface Page {
  entries: StoredEntry[];
  /** The id of the last entry, if others may follow. */
  cursor: string | null;
}

/** The shared stores of a namespace, by id. A store that was deleted never exists again. */
export class ListedStores {
  readonly #storage: RoomTransaction;
  readonly #deleted: DeletionMarks;
  readonly #counts: DirectoryCounts;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
    this.#deleted = new DeletionMarks(storage);
    this.#counts = new DirectoryCounts(storage);
  }

  /** Stores whether a store exists. Call it in a transaction. */
  async set({ id, is_deleted }: StoreNews, rebuild?: string): Promise<void> {
    if (await this.#deleted.has(id)) return;
    const known = await this.#storage.get<StoredEntry>(PREFIX + id);
    if (known) refuseNewer(known);
    if (is_deleted) {
      if (known) await this.#counts.changeStores(-1);
      await this.#storage.delete(PREFIX + id);
      return this.#deleted.add(id);
    }
    if (!known) await this.#counts.changeStores(1);
    const seen_by = rebuild ?? known?.seen_by;
    const entry = { format: FORMAT, id, ...(seen_by !== undefined && { seen_by }) };
    await this.#storage.put<StoredEntry>(PREFIX + id, entry);
  }

  /** A page in the order of the ids. Takes one call to the storage. */
  async list(
    cursor: string | undefined,
    limit: number,
  ): Promise<{ stores: { id: string }[]; cursor: string | null }> {
    const page = await this.#page(cursor, limit);
    return { stores: page.entries.map(({ id }) => ({ id })), cursor: page.cursor };
  }

  /** The ids of at most `limit` entries of one page that a rebuilding has not seen. */
  async listUnseen(
    rebuild: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ ids: string[]; cursor: string | null }> {
    const page = await this.#page(cursor, SCANNED);
    const unseen = page.entries.filter(({ seen_by }) => seen_by !== rebuild).map(({ id }) => id);
    const ids = unseen.slice(0, limit);
    return { ids, cursor: unseen.length > limit ? ids.at(-1)! : page.cursor };
  }

  async #page(cursor: string | undefined, limit: number): Promise<Page> {
    const stored = await this.#storage.list<StoredEntry>({
      prefix: PREFIX,
      // No id goes on with a space, which sorts before everything that one could go on with.
      ...(cursor !== undefined && { start: `${PREFIX}${cursor} ` }),
      // The additional one tells whether there is another page.
      limit: limit + 1,
    });
    const entries = [...stored.values()].slice(0, limit).map(refuseNewer);
    return { entries, cursor: stored.size > limit ? entries.at(-1)!.id : null };
  }
}

function refuseNewer(stored: StoredEntry): StoredEntry {
  if (stored.format > FORMAT) throw new Error('the entry is of a newer format');
  return stored;
}

const PREFIX = 'store:';
