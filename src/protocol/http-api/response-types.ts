import type { Membership } from '../membership.ts';
import type { StampPath } from '../notice.ts';

/** The responses of the account routes. Times are ISO 8601 in UTC. */

/** Confirms that something was done. */
export interface Confirmation {
  success: true;
}

/** A session of an account, as its owner sees it. */
export interface ListedSession {
  /** Identifies the session in the list. It is not the token and cannot be used as one. */
  id: string;
  created_at: string;
  /** The day of its last use in UTC: `2026-01-31`. */
  last_used_on: string;
  expires_at: string;
  /** Browser or program, and operating system: `Firefox on Linux`. */
  user_agent: string;
  /** Whether it is the session that made the request. */
  current: boolean;
}

/** A ticket that opens one socket in place of a session's token, once and until `expires_at`. */
export interface Ticket {
  ticket: string;
  expires_at: string;
  /** Seconds between two heartbeats on the socket; 0 for none. Missing from older servers. */
  heartbeat_seconds?: number;
}

/** The result of a reset by mail. */
export interface ResetOutcome {
  /** Whether the address was verified before. The reset verifies it. */
  address_was_verified: boolean;
  store: 'kept' | 'emptied';
}

export interface SignedIn {
  session_uuid: string;
  user: { email: string; created_at: string; login_time: string };
}

/** `POST /sign-up`. The new account is signed in, unless its address has to be verified first. */
export interface SignedUp extends Confirmation, Partial<SignedIn> {}

/** `GET /session`. */
export interface SessionDescription {
  session: { uuid: string; created_at: string; expires_at: string; data: unknown };
  user: {
    email: string;
    created_at: string;
    /** When the owner verified the address; null if not yet. */
    verified_at: string | null;
    durable_object_name: string;
  };
}

/** Everything that an auth room stores about an account, except its password. */
export interface ExportedAccount {
  account: {
    namespace: string;
    email: string;
    created_at: string;
    verified_at: string | null;
    durable_object_name: string;
  };
  sessions: ListedSession[];
  stores: Membership[];
}

/** The content of a store as plain JSON. */
export interface StoreExport {
  tables: Record<string, unknown>;
  values: Record<string, unknown>;
}

/** `GET /export`: everything that is stored about an account. */
export interface AccountExport extends Omit<ExportedAccount, 'stores'> {
  /** The shared stores that the account is a member of. Missing from older servers. */
  stores?: Membership[];
  store: StoreExport;
}

/** `POST /manual-sync`. */
export interface MergedContent extends Confirmation {
  /** The result of TinyBase's `getMergeableContent`, as plain JSON. */
  mergeableContent: [tables: unknown[], values: unknown[]];
  /** Stamps that were left out because they are too far ahead of the server's clock. */
  refused?: StampPath[];
  /** Stamps that were left out because this member may not write them. */
  forbidden?: StampPath[];
}
