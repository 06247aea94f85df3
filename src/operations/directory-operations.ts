import { normaliseAddress } from '../email-address.ts';
import type { OperatedAccount } from '../protocol/http-api/operator-accounts.ts';
import type { NamespaceSummary } from '../protocol/http-api/usage.ts';

/**
 * The directory of a namespace: a list of its accounts and shared stores for whoever runs the
 * service. The auth rooms decide what an account is, and tell the directory. Times are ISO 8601 in UTC.
 */

/** The room of the auth party with the directory of a namespace. */
export const directoryRoomName = (namespace: string): string => `directory-${namespace}`;

/** The most accounts of one page of the directory. */
export const MAX_DIRECTORY_PAGE = 500;

/** The most accounts that an auth room lists or looks up at once. Storage reads 128 keys a call. */
export const MAX_OWN_ACCOUNTS_PAGE = 100;

/** An account as the directory lists it. */
export interface DirectoryEntry extends OperatedAccount {
  /** The auth room of the account. */
  shard: string;
}

/** The state of an existing account. `version` counts its changes. */
export interface ExistingAccount extends DirectoryEntry {
  version: number;
}

/** The state of an account. A deleted one never exists again, so its news needs no version. */
export type DirectoryNews = ExistingAccount | { id: string; is_deleted: true };

/** Whether a shared store exists. */
export interface StoreNews {
  id: string;
  is_deleted?: true;
}

/** The operations of directory rooms. */
export interface DirectoryOperations {
  /** An auth room tells the state of an account. The latest version wins. */
  'set-entry': { input: { entry: DirectoryNews }; output: Record<string, never> };
  /** An auth room tells whether a shared store exists. */
  'set-store': { input: { store: StoreNews }; output: Record<string, never> };
  /**
   * The same for many of both. `rebuild` marks them as seen by that rebuilding. `is_import` says
   * that the accounts exist again, if they were deleted before.
   */
  'set-entries': {
    input: {
      entries: DirectoryNews[];
      stores?: StoreNews[];
      rebuild?: string;
      is_import?: boolean;
    };
    output: Record<string, never>;
  };
  /**
   * A page in the order of the addresses, of all accounts or of those with this `address`, or whose
   * address begins with `prefix`. `limit` is 1 to MAX_DIRECTORY_PAGE. The cursor of the output is
   * null at the end.
   */
  'list-accounts': {
    input: {
      address?: string | undefined;
      prefix?: string | undefined;
      cursor?: string | undefined;
      limit: number;
    };
    output: { accounts: DirectoryEntry[]; cursor: string | null };
  };
  'find-account': { input: { id: string }; output: DirectoryEntry };
  /** Those of at most MAX_DIRECTORY_PAGE accounts that the directory lists. */
  'find-accounts': { input: { ids: string[] }; output: { accounts: DirectoryEntry[] } };
  /** How many entries the directory has. */
  'count-entries': { input: Record<string, never>; output: NamespaceSummary };
  /** At most `limit` accounts that a rebuilding has not seen, from one page of the directory. */
  'list-unseen': {
    input: { rebuild: string; cursor?: string | undefined; limit: number };
    output: { accounts: DirectoryEntry[]; cursor: string | null };
  };
  /** A page of the shared stores, by id. `limit` is 1 to MAX_DIRECTORY_PAGE. */
  'list-stores': {
    input: { cursor?: string | undefined; limit: number };
    output: { stores: { id: string }[]; cursor: string | null };
  };
  /** The ids of at most `limit` stores that a rebuilding has not seen, from one page of them. */
  'list-unseen-stores': {
    input: { rebuild: string; cursor?: string | undefined; limit: number };
    output: { ids: string[]; cursor: string | null };
  };
}

/** The operations of accounts rooms from which a directory is rebuilt. */
export interface OwnAccountsOperations {
  /**
   * A page of the room's accounts of one namespace, by address, and the ids of the shared stores
   * that these own. `limit` is 1 to MAX_OWN_ACCOUNTS_PAGE. The cursor of the output is null at the
   * end.
   */
  'list-own-accounts': {
    input: { namespace: string; cursor?: string | undefined; limit: number };
    output: { accounts: ExistingAccount[]; stores: string[]; cursor: string | null };
  };
  /** Which of these accounts the room does not have, of at most MAX_OWN_ACCOUNTS_PAGE. */
  'find-absent-accounts': { input: { ids: string[] }; output: { ids: string[] } };
}

/**
 * Where an entry is in the order. No address has a space, and a space sorts before every character
 * of one, so an address comes before all longer ones.
 */
export const positionOf = ({ email, id }: Pick<DirectoryEntry, 'email' | 'id'>): string =>
  `${normaliseAddress(email)} ${id}`;
