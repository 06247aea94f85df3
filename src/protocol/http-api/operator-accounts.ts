import type { Role } from '../membership.ts';
import type { Scope } from './operator-keys.ts';
import type { ListedSession } from './response-types.ts';
import type { StoreUsage } from './usage.ts';

/** The responses of the operator's routes about accounts. Times are ISO 8601 in UTC. */

/** `GET /admin/access`: what the key of the request may do. */
export interface KeyAccess {
  /** The `id` of the key; null for OPERATOR_KEY. */
  key: string | null;
  /** The only namespace that the key is for; null for all of them. */
  namespace: string | null;
  /** Null for all scopes, also those that only OPERATOR_KEY has. */
  scopes: readonly Scope[] | null;
  /** The namespaces of NAMESPACES that the key is for; null if these are all that can be. */
  namespaces: readonly string[] | null;
}

/** An account as operators see it. */
export interface OperatedAccount {
  id: string;
  email: string;
  created_at: string;
  verified_at: string | null;
  /** Whether it is kept from signing in. */
  is_disabled: boolean;
}

/** `GET /admin/:namespace/accounts`. */
export interface AccountPage {
  accounts: OperatedAccount[];
  /** Where the next page begins; null at the end. */
  cursor: string | null;
}

/** `GET /admin/:namespace/stores`: the shared stores, by id. */
export interface StorePage {
  stores: { id: string }[];
  /** Where the next page begins; null at the end. */
  cursor: string | null;
}

/** A store of an account. It does not tell its usage if its room was not asked or did not answer. */
export interface StoreOfAccount extends Partial<Omit<StoreUsage, 'id' | 'name'>> {
  /** That of the account, for its private store. */
  id: string;
  /** Null for the private store. */
  name: string | null;
  /** Null for the private store. */
  role: Role | null;
}

/** `GET /admin/:namespace/accounts/:account`. */
export interface AccountDescription {
  account: OperatedAccount;
  sessions: Array<Omit<ListedSession, 'current'>>;
  /** The private store first, then the shared ones, oldest membership first. */
  stores: StoreOfAccount[];
}

/** `POST /admin/:namespace/directory/rebuild`: what one step has done. */
export interface RebuildStep {
  /** For the next step; null when the directory is rebuilt. */
  cursor: string | null;
  /** Accounts that auth rooms have listed. */
  listed: number;
  /** Entries that were removed, because nothing has them any more. */
  removed: number;
}
