import type { DirectoryEntry } from '../../operations/directory-operations.ts';
import type { RoomTransaction } from '../../platform.ts';
import type { NamespaceSummary } from '../../protocol/http-api/usage.ts';

/** Version of the stored format. */
const FORMAT = 1;

const KEY = 'counts';

interface StoredCounts extends NamespaceSummary {
  format: number;
}

type Counted = Pick<DirectoryEntry, 'verified_at' | 'is_disabled'>;

/**
 * How many entries of each kind a directory has. They change in the transaction that changes an
 * entry, so they need no scan and are as right as the entries, also during and after a rebuilding.
 */
export class DirectoryCounts {
  readonly #storage: RoomTransaction;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
  }

  /** Throws if a later version of TinyHost wrote them. */
  async read(): Promise<NamespaceSummary> {
    const stored = await this.#storage.get<StoredCounts>(KEY);
    if (!stored) return { accounts: 0, verified: 0, disabled: 0, stores: 0 };
    if (stored.format > FORMAT) throw new Error('the counts are of a newer format');
    const { accounts, verified, disabled, stores } = stored;
    return { accounts, verified, disabled, stores };
  }

  /** Counts an account whose entry was `before` and is `after` now. Call it in the transaction. */
  changeAccount(before: Counted | undefined, after: Counted | undefined): Promise<void> {
    return this.#add({
      accounts: count(after) - count(before),
      verified: count(after?.verified_at) - count(before?.verified_at),
      disabled: count(after?.is_disabled) - count(before?.is_disabled),
    });
  }

  /** Counts a shared store that is listed (1) or removed (-1). Call it in the transaction. */
  changeStores(difference: 1 | -1): Promise<void> {
    return this.#add({ stores: difference });
  }

  async #add(differences: Partial<NamespaceSummary>): Promise<void> {
    if (Object.values(differences).every((difference) => difference === 0)) return;
    const counts = await this.read();
    for (const [name, difference] of Object.entries(differences)) {
      counts[name as keyof NamespaceSummary] += difference;
    }
    await this.#storage.put<StoredCounts>(KEY, { format: FORMAT, ...counts });
  }
}

const count = (thing: unknown): number => (thing ? 1 : 0);
