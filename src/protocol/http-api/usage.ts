/** What stores take, and who has used them. Times are ISO 8601 in UTC. */

/** What one store takes, and which devices are connected to it. */
export interface StoreUsage {
  /** The id of a shared store, or that of the account with the private store. */
  id: string;
  /** Null for a private store. */
  name: string | null;
  /** The size of the content as JSON, as `GET …/store` answers it. */
  bytes: number;
  /** What counts against the quota: the content with its stamps and deletions, in bytes. */
  cost: number;
  /** MAX_STORE_BYTES; 0 for no limit. */
  quota_bytes: number;
  devices: ConnectedDevice[];
  /** The time of the newest edit, by the clock of its device; null for a store without any. */
  last_changed_at: string | null;
}

/** A device that is connected now. */
export interface ConnectedDevice {
  /** The `id` of its session in the list of sessions. */
  session: string;
  protocol: 'sync' | 'partykit';
  /** The account, in a shared store. */
  account?: string;
}

/** `GET /:namespace/usage` */
export interface AccountUsage {
  stores: StoreUsage[];
  /** Sums over these stores. */
  bytes: number;
  cost: number;
  /** Stores that did not answer, or cannot be read. */
  unread: number;
  /** Null if there are no more stores. */
  cursor: string | null;
}

/** `GET /admin/:namespace/usage`: sums over the accounts and stores of one step. */
export interface UsageStep {
  accounts: number;
  stores: number;
  bytes: number;
  cost: number;
  /** Devices that are connected now. */
  devices: number;
  /** Stores that did not answer, or cannot be read. */
  unread: number;
  /** Null after the last step. */
  cursor: string | null;
}

/** `GET /admin/:namespace/summary`: counts that the directory has. */
export interface NamespaceSummary {
  accounts: number;
  /** Of these, accounts whose address is verified. */
  verified: number;
  disabled: number;
  /** Shared stores. */
  stores: number;
}

export const ACCESS_KINDS = ['read', 'write'] as const;

/** What an operator's key has done with a store. */
export type AccessKind = (typeof ACCESS_KINDS)[number];

/** That a key has read or written on a day. */
export interface OperatorAccess {
  /** The id of the key; null for that of the operator. */
  key: string | null;
  kind: AccessKind;
  /** In UTC, `2026-01-31`. */
  day: string;
}
