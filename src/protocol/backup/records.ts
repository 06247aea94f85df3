import type { Role } from '../membership.ts';

/**
 * A backup of a namespace: lines of JSON, one record each. It begins with a header and ends with an
 * `end`. An account is followed by its private store, and the members of a shared store by its
 * content. On demand, the content is followed by its history. Times are ISO 8601 in UTC.
 */

/** Version of the format. A reader refuses a newer one. Format 1 has no history. */
export const BACKUP_FORMAT = 2;
export const FORMAT_WITHOUT_HISTORY = 1;

/** The media type of a backup. */
export const NDJSON = 'application/x-ndjson';

export interface HeaderRecord {
  kind: 'header';
  format: number;
  namespace: string;
  created_at: string;
  /** The version of the server. */
  version: string;
}

/** An account, without its sessions and tokens. */
export interface AccountRecord {
  kind: 'account';
  /** A UUID, which is also the id of the private store. */
  id: string;
  email: string;
  /** A PHC string. */
  password_hash: string;
  past_passwords: number;
  created_at: string;
  verified_at: string | null;
  is_disabled: boolean;
  /** Counts the changes apart from passwords. */
  changes: number;
}

/** The name and the members of a shared store. */
export interface MembersRecord {
  kind: 'members';
  store: string;
  name: string;
  created_at: string;
  /** Counts the changes of name and members. */
  version: number;
  members: MemberRecord[];
  invitations: InvitationRecord[];
}

export interface MemberRecord {
  /** The account. */
  id: string;
  email: string;
  role: Role;
  joined_at: string;
}

/** An invitation, with the hash of its token. Times are milliseconds since the epoch. */
export interface InvitationRecord {
  token_hash: string;
  id: string;
  role: Role;
  created_by: string;
  created_at: number;
  expires_at: number;
  uses_left: number;
  barred: string[];
}

/** A part of the content of a store. Parts can be merged in any order and more than once. */
export interface PartRecord {
  kind: 'part';
  store: string;
  /** Counts the parts of a store from 1. */
  part: number;
  is_last: boolean;
  /** The hash of the whole content, as in the list of hashes. Only the last part has it. */
  content?: string;
  /** The body of TinyBase's ContentDiff. */
  change: unknown;
}

/**
 * Changes of a short time, as the history of a store has them. The newest comes first. Times are
 * milliseconds since the epoch.
 */
export interface MomentRecord {
  kind: 'moment';
  store: string;
  /** The random id of this history. */
  history: string;
  /** Counts the moments of a store from 1. */
  moment: number;
  is_last: boolean;
  /** The hash of the content, without members, after the newest moment. Only that has it. */
  content?: string;
  what: 'changes' | 'deletion' | 'restore';
  /** When the changes before it ended; 0 if there were none. */
  after: number;
  /** When its changes came to the server. */
  since: number;
  until: number;
  /** The authors. */
  by: string[];
  /** The size of the content. */
  content_bytes: number;
  /** What the changes replaced: a change without timestamps. */
  change: unknown;
}

/** In place of the content of a store that could not be read. */
export interface SkippedRecord {
  kind: 'skipped';
  store: string;
  error: string;
}

/** The end of a backup, of one step of it, or of one request of an import. */
export interface EndRecord {
  kind: 'end';
  /** Where the next step begins; null at the end of the backup. */
  cursor: string | null;
  /** Accounts since the header. */
  accounts: number;
  /** Stores since the header whose last part was there. */
  stores: number;
}

export type BackupRecord =
  | HeaderRecord
  | AccountRecord
  | MembersRecord
  | PartRecord
  | MomentRecord
  | SkippedRecord
  | EndRecord;
