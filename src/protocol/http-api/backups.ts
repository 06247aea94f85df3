/** The responses of the operator's routes for backups. */

/**
 * Why something of a backup was not imported:
 * - `address_taken`: the address, or the id of the account, belongs to another account here.
 * - `id_taken`: the id belongs to an account or a store of another namespace.
 * - `no_account`: the account of a store or of a member is not here.
 * - `no_owner`: no account of an owner of the shared store is here.
 * - `deleted`: the store was deleted here.
 * - `unreadable`: a newer version of TinyHost has written what is here.
 * - `malformed`: the part is no change of a store.
 * - `clock_ahead`: a stamp is further ahead of the server's clock than a device's may be.
 * - `store_full`: the store would be larger than MAX_STORE_BYTES.
 */
export const CONFLICT_REASONS = [
  'address_taken',
  'id_taken',
  'no_account',
  'no_owner',
  'deleted',
  'unreadable',
  'malformed',
  'clock_ahead',
  'store_full',
] as const;

export interface ImportConflict {
  /** The line of the request, from 1. */
  line: number;
  /** The account or the store. */
  id: string;
  reason: (typeof CONFLICT_REASONS)[number];
}

/** `POST /admin/:namespace/import` */
export interface ImportSummary {
  /** Accounts of the request that are here now. */
  accounts: number;
  /** Stores whose last part was in the request, and of which everything was taken in. */
  stores: number;
  conflicts: ImportConflict[];
}

/** The hash of an account, or of the content, name and members of a store. */
export interface ListedHash {
  kind: 'account' | 'store';
  id: string;
  hash: string;
}

/** `GET /admin/:namespace/hashes` */
export interface HashPage {
  hashes: ListedHash[];
  /** Where the next page begins; null at the end. */
  cursor: string | null;
}
