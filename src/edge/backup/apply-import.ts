import { accountShard } from '../../account-shard.ts';
import { mapAtOnce } from '../../at-once.ts';
import { withDeadline } from '../../deadline.ts';
import { normaliseAddress } from '../../email-address.ts';
import type {
  AccountBackupOperations,
  ImportOutcome,
  StoreBackupOperations,
} from '../../operations/backup-operations.ts';
import {
  type DirectoryEntry,
  type DirectoryOperations,
  directoryRoomName,
  type ExistingAccount,
} from '../../operations/directory-operations.ts';
import { call, type Operations } from '../../operations/room-calls.ts';
import type { RoomStub, Rooms } from '../../platform.ts';
import type { AccountRecord, MembersRecord } from '../../protocol/backup/records.ts';
import type { ErrorCode, Result } from '../../protocol/errors.ts';
import type { ImportConflict, ImportSummary } from '../../protocol/http-api/backups.ts';
import { isStoreId } from '../../protocol/membership.ts';
import type { Import, ImportedStore, Numbered } from './read-import.ts';

/** How long a room may take, in milliseconds. A large store takes seconds. */
const DEADLINE_MS = 25_000;

/**
 * Imports accounts, and then stores. What cannot be imported is a conflict and stops nothing. The
 * operator's key `key` (null for OPERATOR_KEY) is the author of all changes.
 */
export async function applyImport(
  rooms: Rooms,
  namespace: string,
  key: string | null,
  imported: Import,
): Promise<ImportSummary> {
  const run = new ImportRun(rooms, namespace, key);
  await run.importAccounts(imported.accounts);
  await run.importStores(imported.stores);
  const { accounts, stores, conflicts } = run;
  return { accounts, stores, conflicts: conflicts.sort((one, other) => one.line - other.line) };
}

class ImportRun {
  accounts = 0;
  stores = 0;
  readonly conflicts: ImportConflict[] = [];
  /** The accounts of this namespace, by id, as far as they are known. */
  readonly #known = new Map<string, Pick<DirectoryEntry, 'id' | 'email'>>();
  /** The shared stores whose members were imported. */
  readonly #shared = new Set<string>();
  readonly #directory: RoomStub;

  constructor(
    readonly rooms: Rooms,
    readonly namespace: string,
    readonly key: string | null,
  ) {
    this.#directory = rooms.auth(directoryRoomName(namespace));
  }

  async importAccounts(records: Numbered<AccountRecord>[]): Promise<void> {
    await this.#lookUp(records.map(({ record }) => record.id));
    const entries: ExistingAccount[] = [];
    await mapAtOnce(records, async ({ line, record }) => {
      if (!(await this.#claimStore(record.id))) return this.#refuse(line, record.id, 'id_taken');
      const entry = await this.#importAccount(record);
      if (!entry) return this.#refuse(line, record.id, 'address_taken');
      entries.push(entry);
      this.#known.set(entry.id, entry);
      this.accounts += 1;
    });
    if (entries.length === 0) return;
    // Stores need the accounts of their members. The auth rooms tell the directory too, but later.
    await this.#ask<DirectoryOperations, 'set-entries'>(this.#directory, 'set-entries', {
      entries,
      is_import: true,
    });
  }

  /** Whether no account of another namespace has the room. A room that is closed tells it later. */
  async #claimStore(account: string): Promise<boolean> {
    if (this.#known.has(account)) return true;
    const owner = { namespace: this.namespace, account };
    const asked = call<StoreBackupOperations, 'claim-store'>(
      this.rooms.user(account),
      'claim-store',
      owner,
    );
    const claimed = await withDeadline(asked, DEADLINE_MS);
    return !claimed.ok || claimed.value.is_owner;
  }

  /** Undefined if the address or the id belongs to another account here. */
  async #importAccount(record: AccountRecord): Promise<ExistingAccount | undefined> {
    const known = this.#known.get(record.id);
    if (known && !haveSameAddress(known, record)) {
      this.#known.delete(record.id);
      return undefined;
    }
    const shard = await accountShard(this.namespace, record.email);
    const answer = await this.#ask<AccountBackupOperations, 'import-account'>(
      this.rooms.auth(shard),
      'import-account',
      { namespace: this.namespace, account: record },
    );
    return answer.outcome === 'address_taken' ? undefined : answer.account;
  }

  async importStores(stores: ImportedStore[]): Promise<void> {
    const accounts = stores.flatMap(({ id, members }) =>
      isStoreId(id) ? (members?.record.members.map((member) => member.id) ?? []) : [id],
    );
    await this.#lookUp(accounts);
    await mapAtOnce(stores, async (store) => {
      const refused = this.conflicts.length;
      const isThere = isStoreId(store.id)
        ? await this.#importMembers(store)
        : this.#hasAccount(store);
      if (isThere) await this.#importContent(store);
      const isComplete = store.parts.some(({ record }) => record.is_last);
      if (isThere && isComplete && this.conflicts.length === refused) this.stores += 1;
    });
    await this.#listShared();
  }

  /** Tells the directory the shared stores that are here now. */
  async #listShared(): Promise<void> {
    if (this.#shared.size === 0) return;
    const stores = [...this.#shared].map((id) => ({ id }));
    await this.#ask<DirectoryOperations, 'set-entries'>(this.#directory, 'set-entries', {
      entries: [],
      stores,
    });
  }

  /** A conflict of the account itself has been told already. */
  #hasAccount({ id, parts, moments }: ImportedStore): boolean {
    if (this.#known.has(id)) return true;
    const isTold = this.conflicts.some((conflict) => conflict.id === id);
    if (!isTold) this.#refuse([...parts, ...moments][0]!.line, id, 'no_account');
    return false;
  }

  /** Imports those members whose accounts are here. False if the store is not there afterwards. */
  async #importMembers({ id, members }: ImportedStore): Promise<boolean> {
    if (!members) return true;
    const { line, record } = members;
    const present = record.members.filter((member) => this.#known.has(member.id));
    for (const { id: account } of record.members) {
      if (!this.#known.has(account)) this.#refuse(line, account, 'no_account');
    }
    if (!present.some(({ role }) => role === 'owner')) {
      this.#refuse(line, id, 'no_owner');
      return false;
    }
    const told = await this.#tellMembers({ ...record, members: present });
    const reason = told.ok ? absenceIn(told.value.outcome) : closedReason(told.error);
    if (reason) this.#refuse(line, id, reason);
    else this.#shared.add(id);
    return !reason;
  }

  async #tellMembers(record: MembersRecord) {
    const { namespace } = this;
    const shards = await Promise.all(
      record.members.map(({ email }) => accountShard(namespace, email)),
    );
    const room = this.rooms.user(record.store);
    return tell(room, 'import-members', { namespace, record, shards });
  }

  async #importContent({ id, parts, moments }: ImportedStore): Promise<void> {
    const room = this.rooms.user(id);
    const { namespace, key } = this;
    const is_shared = isStoreId(id);
    if (parts.length > 0) {
      const changes = parts.map(({ record }) => record.change);
      const input = { is_shared, namespace, key, changes };
      this.#note(id, parts, await tell(room, 'import-parts', input));
    }
    if (moments.length > 0) {
      const input = { is_shared, namespace, moments: moments.map(({ record }) => record) };
      this.#note(id, moments, await tell(room, 'import-moments', input));
    }
  }

  /** Notes what a room has refused. */
  #note(
    id: string,
    lines: Numbered<unknown>[],
    answer: Result<{ refusals: (ImportConflict['reason'] | null)[] }>,
  ): void {
    if (!answer.ok) {
      this.#refuse(lines[0]!.line, id, closedReason(answer.error));
      return;
    }
    for (const [index, reason] of answer.value.refusals.entries()) {
      if (reason !== null) this.#refuse(lines[index]!.line, id, reason);
    }
  }

  /** Looks up which accounts there are. */
  async #lookUp(ids: string[]): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !this.#known.has(id));
    for (let start = 0; start < unknown.length; start += LOOKED_UP_AT_ONCE) {
      const found = await this.#ask<DirectoryOperations, 'find-accounts'>(
        this.#directory,
        'find-accounts',
        { ids: unknown.slice(start, start + LOOKED_UP_AT_ONCE) },
      );
      for (const entry of found.accounts) this.#known.set(entry.id, entry);
    }
  }

  /** Calls an operation that has no expected refusal. */
  async #ask<Ops extends Operations<Ops>, Name extends keyof Ops & string>(
    room: RoomStub,
    name: Name,
    input: Ops[Name]['input'],
  ): Promise<Ops[Name]['output']> {
    const asked: Promise<Result<Ops[Name]['output']>> = call<Ops, Name>(room, name, input);
    const answer = await withDeadline(asked, DEADLINE_MS);
    if (!answer.ok) throw new Error(answer.message);
    return answer.value;
  }

  #refuse(line: number, id: string, reason: ImportConflict['reason']): void {
    this.conflicts.push({ line, id, reason });
  }
}

/** Calls an operation of the room of a store. */
const tell = <Name extends keyof StoreBackupOperations & string>(
  room: RoomStub,
  name: Name,
  input: StoreBackupOperations[Name]['input'],
) => withDeadline(call<StoreBackupOperations, Name>(room, name, input), DEADLINE_MS);

/** MAX_DIRECTORY_PAGE */
const LOOKED_UP_AT_ONCE = 500;

/** A room that serves no content was deleted, or has content of a newer version of TinyHost. */
const closedReason = (error: ErrorCode): ImportConflict['reason'] =>
  error === 'internal' ? 'unreadable' : 'deleted';

const absenceIn = (outcome: ImportOutcome | 'deleted' | 'id_taken') =>
  outcome === 'deleted' || outcome === 'id_taken' ? outcome : undefined;

const haveSameAddress = (one: { email: string }, other: { email: string }): boolean =>
  normaliseAddress(one.email) === normaliseAddress(other.email);
