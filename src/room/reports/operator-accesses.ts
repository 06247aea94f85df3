import type { RoomStorage } from '../../platform.ts';
import type { AccessKind, OperatorAccess } from '../../protocol/http-api/usage.ts';

/** Version of the stored format. */
const FORMAT = 1;

const KEY = 'operator-access';

/** Accesses that a room keeps. Together they take about 10 kB. */
const MAX_ACCESSES = 100;

interface StoredAccesses {
  format: number;
  /** Oldest first. */
  accesses: OperatorAccess[];
}

/**
 * What operators' keys have done with a store, for its users. A key counts once for each day and
 * kind, so a backend that reads every minute causes one write a day.
 */
export class OperatorAccesses {
  readonly #storage: RoomStorage;
  #known: OperatorAccess[] | undefined;

  constructor(storage: RoomStorage) {
    this.#storage = storage;
  }

  /** Stores that a key has done something now, unless that is stored for this day. */
  async note(key: string | null, kind: AccessKind, now: number): Promise<void> {
    const known = await this.#load();
    const access = { key, kind, day: new Date(now).toISOString().slice(0, 10) };
    if (known.some((one) => isSame(one, access))) return;
    const accesses = [...known, access].slice(-MAX_ACCESSES);
    this.#known = accesses;
    await this.#storage.put<StoredAccesses>(KEY, { format: FORMAT, accesses });
  }

  /** The newest first. */
  async list(): Promise<OperatorAccess[]> {
    return (await this.#load()).toReversed();
  }

  /** Throws if a later version of TinyHost wrote them. */
  async #load(): Promise<OperatorAccess[]> {
    if (this.#known) return this.#known;
    const stored = await this.#storage.get<StoredAccesses>(KEY);
    if (stored && stored.format > FORMAT) throw new Error('the accesses are of a newer format');
    this.#known ??= stored?.accesses ?? [];
    return this.#known;
  }
}

const isSame = (one: OperatorAccess, other: OperatorAccess): boolean =>
  one.key === other.key && one.kind === other.kind && one.day === other.day;
