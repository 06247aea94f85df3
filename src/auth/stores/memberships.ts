import type { MembershipNews } from '../../operations/auth-room-operations.ts';
import type { RoomTransaction } from '../../platform.ts';
import type { Membership, Role } from '../../protocol/membership.ts';

/** Version of the stored format of a membership. */
const FORMAT = 1;

/**
 * How long an ended membership is remembered, in milliseconds. Longer than the deadline of any
 * request, so that an older state that arrives late does not bring the membership back.
 */
const REMEMBERED_MS = 3_600_000;

/** Room storage deletes at most 128 keys a call. */
const KEYS_PER_CALL = 128;

/** A stored membership. `role` is null for one that has ended. */
interface StoredMembership extends Omit<Membership, 'role'> {
  format: number;
  role: Role | null;
  version: number;
  /** Milliseconds since the epoch. */
  changed_at: number;
}

/**
 * The stores that the accounts of one room are members of, as their rooms have told. The room of a
 * store decides; these copies are for lists and limits.
 */
export class Memberships {
  readonly #storage: RoomTransaction;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
  }

  /** The memberships of an account, oldest first. */
  async list(account: string): Promise<Membership[]> {
    const stored = [...(await this.#all(account)).values()];
    return stored.flatMap(describe).sort(oldestFirst);
  }

  /** Throws if a later version of TinyHost wrote the membership. */
  async get(account: string, store: string): Promise<Membership | undefined> {
    const stored = await this.#find(account, store);
    return stored && describe(stored)[0];
  }

  /** Stores a state, unless a later one is stored. Returns whether the account's list changed. */
  async set({ account, store, name, role, joined_at, version }: MembershipNews): Promise<boolean> {
    const known = await this.#find(account, store);
    if (known && known.version >= version) return false;
    await this.#sweep(account);
    const changed_at = Date.now();
    const stored = { format: FORMAT, store, name, role, joined_at, version, changed_at };
    await this.#storage.put<StoredMembership>(keyOf(account, store), stored);
    return role !== null || describe(known).length > 0;
  }

  /** Removes everything about an account, and returns the ids of the stores it was a member of. */
  async removeAll(account: string): Promise<string[]> {
    const stored = await this.#all(account);
    await this.#delete([...stored.keys()]);
    return [...stored.values()].flatMap(describe).map(({ store }) => store);
  }

  async #find(account: string, store: string): Promise<StoredMembership | undefined> {
    const stored = await this.#storage.get<StoredMembership>(keyOf(account, store));
    if (stored && stored.format > FORMAT) throw new Error('the membership is of a newer format');
    return stored;
  }

  #all(account: string): Promise<Map<string, StoredMembership>> {
    return this.#storage.list<StoredMembership>({ prefix: keyOf(account, '') });
  }

  /** Removes memberships that ended long ago. */
  async #sweep(account: string): Promise<void> {
    const past = Date.now() - REMEMBERED_MS;
    const stored = [...(await this.#all(account))];
    const over = stored.filter(([, { role, changed_at }]) => role === null && changed_at < past);
    await this.#delete(over.map(([key]) => key));
  }

  async #delete(keys: string[]): Promise<void> {
    while (keys.length > 0) await this.#storage.delete(keys.splice(0, KEYS_PER_CALL));
  }
}

/** A membership as the member sees it; nothing for one that has ended. */
function describe(stored: StoredMembership | undefined): Membership[] {
  if (!stored || stored.role === null) return [];
  const { store, name, role, joined_at } = stored;
  return [{ store, name, role, joined_at }];
}

const oldestFirst = (one: Membership, other: Membership): number =>
  one.joined_at.localeCompare(other.joined_at) || one.store.localeCompare(other.store);

const keyOf = (account: string, store: string) => `membership:${account}:${store}`;
