import type { AccountRecord, MembersRecord, MomentRecord } from '../protocol/backup/records.ts';
import type { ExistingAccount } from './directory-operations.ts';
import type { StoreOwner } from './proven-access.ts';

/** The operations of rooms for backups, and for importing them. */

/** What happened to the record of an account or of a store's members. */
export type ImportOutcome = 'created' | 'updated' | 'unchanged';

/** The operations of accounts rooms. */
export interface AccountBackupOperations {
  /** The record of an account; null if there is none. */
  'back-up-account': { input: { id: string }; output: { account: AccountRecord | null } };
  /**
   * Creates the account, or takes over what the record knows later. Can be repeated. The outcome is
   * `address_taken` if the address belongs to an account with another id.
   */
  'import-account': {
    input: { namespace: string; account: AccountRecord };
    output: { outcome: 'address_taken' } | { outcome: ImportOutcome; account: ExistingAccount };
  };
}

/**
 * Why a part of a store was not merged. `deleted` and `id_taken` are the answers for a shared store
 * that is not there, or in another namespace.
 */
export type PartRefusal = 'malformed' | 'clock_ahead' | 'store_full' | 'deleted' | 'id_taken';

/** The operations of user rooms. The content itself is streamed, see src/room/backup/. */
export interface StoreBackupOperations {
  /** Refuses with `not_found` if a shared store is not there. */
  'hash-store': { input: { is_shared: boolean }; output: { hash: string } };
  /**
   * Makes the room that of an account, so that no account of another namespace with the same id
   * gets it.
   */
  'claim-store': { input: StoreOwner; output: { is_owner: boolean } };
  /** Takes over name and members if they are later. `shards` are the auth rooms of the members. */
  'import-members': {
    input: { namespace: string; record: MembersRecord; shards: string[] };
    output: { outcome: ImportOutcome | 'deleted' | 'id_taken' };
  };
  /**
   * Merges changes, each of them completely or not at all, as the author of the operator's key `key`
   * (null for OPERATOR_KEY). One refusal or null for each.
   */
  'import-parts': {
    input: { is_shared: boolean; namespace: string; key: string | null; changes: unknown[] };
    output: { refusals: (PartRefusal | null)[] };
  };
  /** Takes in moments where the store has no history of its own for that time. */
  'import-moments': {
    input: { is_shared: boolean; namespace: string; moments: MomentRecord[] };
    output: { refusals: (PartRefusal | null)[] };
  };
}
