import type { StampPath } from './notice.ts';

/** What the account routes answer with. Times are ISO 8601 in UTC. */

/** That something is done. */
export interface Confirmation {
  success: true;
}

/** One of an account's sessions, as its owner sees it. */
export interface ListedSession {
  /** Names the session in the list; not its token, and of no use as one. */
  id: string;
  created_at: string;
  /** Day of its last use, in UTC: `2026-01-31`. */
  last_used_on: string;
  expires_at: string;
  /** Browser or program, and system: `Firefox on Linux`. */
  user_agent: string;
  /** Whether it is the session that asked. */
  current: boolean;
}

/** What opens one socket instead of a session's token, once and until `expires_at`. */
export interface Ticket {
  ticket: string;
  expires_at: string;
  /** Time between two heartbeats on the socket; 0 for none. Older servers do not tell. */
  heartbeat_seconds?: number;
}

/** What a reset by mail has done. */
export interface ResetOutcome {
  /** Before this reset, which verifies it. */
  address_was_verified: boolean;
  store: 'kept' | 'emptied';
}

export interface SignedIn {
  session_uuid: string;
  user: { email: string; created_at: string; login_time: string };
}

/** `GET /session`. */
export interface SessionDescription {
  session: { uuid: string; created_at: string; expires_at: string; data: unknown };
  user: {
    email: string;
    created_at: string;
    /** When its owner has shown that the address is theirs. */
    verified_at: string | null;
    durable_object_name: string;
  };
}

/** All that an auth room knows about an account, its password aside. */
export interface ExportedAccount {
  account: {
    namespace: string;
    email: string;
    created_at: string;
    verified_at: string | null;
    durable_object_name: string;
  };
  sessions: ListedSession[];
}

/** What a store holds, in plain JSON. */
export interface StoreExport {
  tables: Record<string, unknown>;
  values: Record<string, unknown>;
}

/** `GET /export`: everything there is of an account. */
export interface AccountExport extends ExportedAccount {
  store: StoreExport;
}

/** `POST /manual-sync`. */
export interface MergedContent extends Confirmation {
  /** What TinyBase's `getMergeableContent` gives, in plain JSON. */
  mergeableContent: [tables: unknown[], values: unknown[]];
  /** Stamps that were left out because they are too far ahead of the server's clock. */
  refused?: StampPath[];
}
