import type { ProvenMember } from '../../operations/proven-access.ts';
import type { RoomStorage } from '../../platform.ts';
import type { MembersRecord } from '../../protocol/backup/records.ts';
import type { Role } from '../../protocol/membership.ts';
import { Invitations } from './invitations.ts';
import { MembershipNewsQueue } from './membership-news-queue.ts';
import { StagedWrites } from './staged-writes.ts';
import {
  loadMembers,
  memberKey,
  STORE_FORMAT,
  STORE_KEY,
  type StoredMember,
  type StoredStore,
} from './stored-store.ts';

/**
 * The members of a shared store, in memory and in storage. A change is made in memory at once, so
 * that two requests cannot decide on the same state, and stored by {@link save}.
 */
export class Members {
  readonly #writes: StagedWrites;
  readonly news: MembershipNewsQueue;
  readonly invitations: Invitations;
  #store: StoredStore | undefined;
  #members = new Map<string, StoredMember>();

  readonly #storage: RoomStorage;

  constructor(storage: RoomStorage) {
    this.#storage = storage;
    this.#writes = new StagedWrites(storage);
    this.news = new MembershipNewsQueue(this.#writes);
    this.invitations = new Invitations(this.#writes);
  }

  /** Throws a {@link NewerFormatError}. */
  async load(): Promise<void> {
    const stored = await loadMembers(this.#storage);
    if (!stored) return;
    this.#store = stored.store;
    this.#members = stored.members;
    this.invitations.load(stored.invitations);
    await this.news.load(this.#storage);
  }

  /** The store; undefined if it was not created, or deleted. */
  get store(): StoredStore | undefined {
    return this.#store?.isDeleted ? undefined : this.#store;
  }

  /** Whether the store was deleted. */
  get isDeleted(): boolean {
    return this.#store?.isDeleted ?? false;
  }

  get all(): ReadonlyMap<string, StoredMember> {
    return this.#members;
  }

  get(account: string): StoredMember | undefined {
    return this.#members.get(account);
  }

  /** Creates the store with its first owner. */
  create(store: string, name: string, owner: ProvenMember, now: number): void {
    const { namespace, account, email, shard } = owner;
    const created_at = new Date(now).toISOString();
    const first = { format: STORE_FORMAT, id: store, namespace, name, created_at, version: 0 };
    this.#putStore({ ...first, isDeleted: false });
    this.#put(account, { email, shard, role: 'owner', joined_at: created_at });
  }

  /**
   * Takes over name, members and invitations of a backup that are later than the present ones. Auth
   * rooms are told. `shards` are those of the members.
   */
  restore(namespace: string, record: MembersRecord, shards: string[], now: number): void {
    const { store: id, name, created_at, version, members, invitations } = record;
    const coming = new Set(members.map((member) => member.id));
    const gone = [...this.#members.keys()].filter((account) => !coming.has(account));
    const state = { format: STORE_FORMAT, id, namespace, name, created_at, version };
    this.#putStore({ ...state, isDeleted: false });
    for (const account of gone) {
      this.#tell(account, now, null);
      this.#forget(account);
    }
    for (const [index, { id: account, ...member }] of members.entries()) {
      this.#put(account, { ...member, shard: shards[index]! });
      this.#tell(account, now);
    }
    this.invitations.clear();
    for (const { token_hash, ...invitation } of invitations) {
      this.invitations.restore(token_hash, invitation);
    }
  }

  rename(name: string, now: number): void {
    this.#putStore({ ...this.#counted(), name });
    for (const account of this.#members.keys()) this.#tell(account, now);
  }

  join({ account, email, shard }: ProvenMember, role: Role, now: number): void {
    this.#putStore(this.#counted());
    this.#put(account, { email, shard, role, joined_at: new Date(now).toISOString() });
    this.#tell(account, now);
  }

  /** Changes a role. Whoever is no owner any more takes their invitations along. */
  setRole(account: string, role: Role, now: number): void {
    this.#putStore(this.#counted());
    this.#put(account, { ...this.#members.get(account)!, role });
    if (role !== 'owner') this.invitations.revokeAllOf(account);
    this.#tell(account, now);
  }

  remove(account: string, now: number): void {
    this.#putStore(this.#counted());
    this.#tell(account, now, null);
    this.#forget(account);
    this.invitations.revokeAllOf(account);
  }

  /** Removes an account that was deleted, so nobody has to be told. */
  forget(account: string): void {
    this.#putStore(this.#counted());
    this.#forget(account);
    this.news.drop(account);
    this.invitations.revokeAllOf(account);
  }

  /** Deletes the store. Only what has to be told remains, and that it was deleted. */
  delete(now: number): void {
    this.#putStore({ ...this.#counted(), name: '', isDeleted: true });
    for (const account of [...this.#members.keys()]) {
      this.#tell(account, now, null);
      this.#forget(account);
    }
    this.invitations.clear();
  }

  /** Stores all changes at once. */
  save(): Promise<void> {
    return this.#writes.save();
  }

  #counted(): StoredStore {
    const store = this.#store!;
    return { ...store, version: store.version + 1 };
  }

  #putStore(store: StoredStore): void {
    this.#store = store;
    this.#writes.put(STORE_KEY, store);
  }

  #put(account: string, member: StoredMember): void {
    this.#members.set(account, member);
    this.#writes.put(memberKey(account), member);
  }

  #forget(account: string): void {
    this.#members.delete(account);
    this.#writes.delete(memberKey(account));
  }

  /** Queues the state of a membership for the auth room of its account. */
  #tell(account: string, now: number, ended?: null): void {
    const { id: store, name, version } = this.#store!;
    const { shard, role, joined_at } = this.#members.get(account)!;
    const state = { account, store, name, role: ended ?? role, joined_at, version };
    const { isDeleted: is_deleted } = this;
    const news =
      ended === null ? { ...state, role: null, ...(is_deleted && { is_deleted }) } : state;
    this.news.add(shard, news, now);
  }
}
