import type { IssuedKey, ListedKey, Scope } from '../protocol/http-api/operator-keys.ts';
import type {
  ExportedAccount,
  ListedSession,
  ResetOutcome,
  SignedIn,
  Ticket,
} from '../protocol/http-api/response-types.ts';
import type { IssuedInvitation, Membership, Role } from '../protocol/membership.ts';
import type { AccountBackupOperations } from './backup-operations.ts';
import type { ClientInfo } from './client-info.ts';
import type { OwnAccountsOperations } from './directory-operations.ts';
import type { OperatedAccountOperations } from './operated-account-operations.ts';
import type { ProvenSession } from './proven-access.ts';

/**
 * The private operations of the rooms. Only the edge and other rooms can call them, with the
 * functions of room-calls.ts: JSON in, a `Result` as JSON out. Times are ISO 8601 in UTC.
 */
export interface AccountsOperations {
  'sign-up': { input: Credentials; output: { message: string } & Partial<SignedIn> };
  'sign-in': { input: Credentials; output: SignedIn };
  'sign-out': { input: SessionQuery; output: { message: string } };
  session: { input: SessionQuery; output: ProvenSession };
  /** Checks that a session that was authenticated earlier is still valid. */
  'recheck-session': { input: { session_hash: string }; output: Record<string, never> };
  'list-sessions': { input: SessionQuery; output: { sessions: ListedSession[] } };
  /** Ends the session of the same account with this `id` of the list. */
  'revoke-session': {
    input: SessionQuery & RecentProof & { id: string };
    output: { message: string };
  };
  'revoke-other-sessions': { input: SessionQuery & RecentProof; output: { message: string } };
  /** A ticket for a shared store, or without `store` for the private one. */
  'create-ticket': { input: SessionQuery & { store?: string | undefined }; output: Ticket };
  /** The session of a ticket. A ticket is redeemed only once. */
  'redeem-ticket': {
    input: { ticket: string; namespace?: string; store?: string | undefined };
    output: ProvenSession;
  };
  'change-password': { input: SessionQuery & PasswordChange; output: { message: string } };
  'request-reset': { input: AddressQuery; output: { message: string } };
  'reset-password': { input: TokenUse & PasswordReset; output: { message: string } & ResetOutcome };
  'request-verification': {
    input: SessionQuery & { client: ClientInfo };
    output: { message: string };
  };
  'verify-address': { input: TokenUse & AddressProof; output: { message: string } };
  'delete-account': { input: SessionQuery & PasswordProof; output: { message: string } };
  'export-account': { input: SessionQuery; output: ExportedAccount };
}

/** The operations of accounts rooms about the stores that an account is a member of. */
export interface MembershipOperations {
  'list-stores': { input: SessionQuery; output: { stores: Membership[] } };
  'create-store': { input: SessionQuery & { name: string }; output: Membership };
  /** Invites to a store. With an address, a mail has the token too. */
  invite: { input: SessionQuery & InvitationRequest; output: IssuedInvitation };
  'accept-invitation': { input: SessionQuery & { token: string }; output: Membership };
  /** The room of a store tells the state of a membership. The latest `version` wins. */
  'set-membership': { input: MembershipNews; output: Record<string, never> };
}

/** Everything that an accounts room does. */
export interface AccountsRoomOperations
  extends AccountsOperations,
    MembershipOperations,
    OwnAccountsOperations,
    AccountBackupOperations,
    OperatedAccountOperations {}

/** The operations of hashing rooms, which are named `hash-<number>`. */
export interface HashingOperations {
  /**
   * Hashes a password. Refuses a new one that is easy to guess; `context` has words to try first.
   */
  hash: { input: { password: string; context: string[] }; output: { hash: string } };
  /**
   * Verifies a password. Without a hash it takes as long and returns false. `upgraded` is a new
   * hash of the right password if the present hash is outdated.
   */
  verify: {
    input: { password: string; hash?: string };
    output: { valid: boolean; upgraded?: string };
  };
}

/** The operation of the room named `log-key`. */
export interface LogKeyOperations {
  /** The key of the pseudonyms in logs, in base64. It never changes. */
  'log-key': { input: Record<string, never>; output: { key: string } };
}

/** The name of the only room with {@link OperatorOperations}. */
export const OPERATOR_ROOM = 'operator';

/** The operations of the room that keeps the keys for the operator's routes. */
export interface OperatorOperations {
  'create-key': { input: NewKey; output: IssuedKey };
  'list-keys': { input: Record<string, never>; output: { keys: ListedKey[] } };
  'revoke-key': { input: { id: string }; output: { message: string } };
  /** What the key with this SHA-256 (hexadecimal) allows. Stores the day of its use. */
  'check-key': {
    input: { key_hash: string };
    output: Pick<ListedKey, 'id' | 'namespace' | 'scopes'>;
  };
  /** Checks that a key that was authenticated earlier is still valid. */
  'recheck-key': { input: { id: string }; output: Record<string, never> };
}

/** The operation of the rooms that count the requests of a network, which are named `net-<shard>`. */
export interface RequestCounterOperations {
  /** Counts one request. Refuses it if there were too many in this minute. */
  admit: { input: { network: string }; output: Record<string, never> };
}

/** The operation of the rooms that count the mails to an address, which are named `mail-<shard>`. */
export interface MailCounterOperations {
  /**
   * Counts one mail. Refuses it if there were too many in this hour. Address and network are
   * hashes; `known` says whether the account knows the network.
   */
  'admit-mail': {
    input: { address: string; network: string; known: boolean };
    output: Record<string, never>;
  };
}

export interface NewKey {
  /** Null for all namespaces. */
  namespace: string | null;
  scopes: Scope[];
  /** ISO 8601; null for a key that does not expire. */
  expires_at: string | null;
  note: string;
}

/** The state of a membership after a change. `role` is null if the account is no member. */
export interface MembershipNews {
  /** Whether the membership has ended because the store was deleted. */
  is_deleted?: boolean;
  account: string;
  store: string;
  name: string;
  role: Role | null;
  joined_at: string;
  /** Counts the changes of the store's members and name. */
  version: number;
}

export interface InvitationRequest {
  store: string;
  role: Role;
  email?: string | undefined;
  /** Seconds. */
  expires_in: number;
  uses: number;
  client: ClientInfo;
}

export interface Credentials {
  namespace: string;
  /** The auth room of the account; see `accountShard`. */
  shard: string;
  /** As typed, trimmed. */
  email: string;
  password: string;
  client: ClientInfo;
}

export interface SessionQuery {
  session_uuid: string;
  /** The namespace in the path, if any. The session has to belong to it. */
  namespace?: string;
}

export interface PasswordProof {
  password: string;
  client: ClientInfo;
}

/** The password that REVOKE_NEEDS_PROOF_MINUTES requires of an older session that ends others. */
export interface RecentProof {
  password?: string;
}

export interface PasswordChange {
  current_password: string;
  new_password: string;
  end_other_sessions: boolean;
  client: ClientInfo;
}

export interface PasswordReset {
  new_password: string;
  /**
   * Whether an account whose address was never verified gets an empty store. The default is true if
   * addresses have to be verified.
   */
  empty_store?: boolean;
}

/** The proof, beside a token from a mail, that its reader created the account. */
export interface AddressProof {
  session_uuid?: string;
  password?: string;
}

/** The input of an operation that needs only an address. */
export interface AddressQuery {
  namespace: string;
  shard: string;
  email: string;
  client: ClientInfo;
}

/** The input of an operation that needs a token from a mail. */
export interface TokenUse {
  namespace: string;
  token: string;
  client: ClientInfo;
}
