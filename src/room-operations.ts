import type { CloseName } from './protocol/close-codes.ts';
import type {
  ExportedAccount,
  ListedSession,
  ResetOutcome,
  SessionDescription,
  SignedIn,
  Ticket,
} from './protocol/response-types.ts';

/**
 * The private operations of the rooms, which only the edge and other rooms reach, by stub. Each is
 * called and served by rpc.ts: JSON in, a `Result` as JSON out. Times are ISO 8601 in UTC.
 */
export interface AuthOperations {
  'sign-up': { input: Credentials; output: { message: string } };
  'sign-in': { input: Credentials; output: SignedIn };
  'sign-out': { input: SessionQuery; output: { message: string } };
  session: { input: SessionQuery; output: ProvenSession };
  /** Whether a session that was proven a while ago still holds; refused where it does not. */
  'recheck-session': { input: { session_hash: string }; output: Record<string, never> };
  'list-sessions': { input: SessionQuery; output: { sessions: ListedSession[] } };
  /** Ends the session of the same account whose `id` the list gave. */
  'revoke-session': {
    input: SessionQuery & RecentProof & { id: string };
    output: { message: string };
  };
  'revoke-other-sessions': { input: SessionQuery & RecentProof; output: { message: string } };
  'create-ticket': { input: SessionQuery; output: Ticket };
  /** The session that a ticket was made from; no ticket is redeemed twice. */
  'redeem-ticket': { input: { ticket: string; namespace?: string }; output: ProvenSession };
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

/** The operations of hashing rooms, which are named `hash-<number>`. */
export interface HashingOperations {
  /** Refuses a newly chosen password that is easily guessed; `context` is of words to try first. */
  hash: { input: { password: string; context: string[] }; output: { hash: string } };
  /**
   * Whether the password is right; as slow, and false, where there is no hash. `upgraded` is the
   * right password's hash at today's cost, where the hash is of an older one.
   */
  verify: {
    input: { password: string; hash?: string };
    output: { valid: boolean; upgraded?: string };
  };
}

/** The operation of the room named `log-key`. */
export interface LogKeyOperations {
  /** The key of the pseudonyms in logs, in base64; always the same one. */
  'log-key': { input: Record<string, never>; output: { key: string } };
}

/** The operation of the rooms that count the requests of a network, which are named `net-<shard>`. */
export interface RequestCounterOperations {
  /** Counts one request; refuses it where there were too many in this minute. */
  admit: { input: { network: string }; output: Record<string, never> };
}

/** The operation of the rooms that count the mails to an address, which are named `mail-<shard>`. */
export interface MailCounterOperations {
  /**
   * Counts one mail; refuses it where there were too many in this hour. Both are hashes; `known`
   * says whether the account knows the network.
   */
  'admit-mail': {
    input: { address: string; network: string; known: boolean };
    output: Record<string, never>;
  };
}

export interface UserOperations {
  /** Closes the sockets of these sessions, and refuses the ones still on their way in. */
  'end-sessions': {
    input: { session_hashes: string[]; close: CloseName };
    output: { closed: number };
  };
  /** Has the sockets of a session stay open until its later end. */
  'renew-session': {
    input: { session_hash: string; expires_at: string };
    output: { renewed: number };
  };
}

export interface UserRemoval {
  /** Closes every socket with 4002 and removes everything that is stored. Can be repeated. */
  destroy: { input: Record<string, never>; output: Record<string, never> };
}

export interface Credentials {
  namespace: string;
  /** The auth room of the account, as `accountShard` gives it. */
  shard: string;
  /** As typed, trimmed. */
  email: string;
  password: string;
  client: ClientInfo;
}

/** Where a request came from, as far as throttling and the list of sessions need it. */
export interface ClientInfo {
  /** Network address; empty where the engine does not tell. */
  address: string;
  user_agent: string;
  /** Where it went to: the name of the host, without a port. */
  host?: string;
}

export interface SessionQuery {
  session_uuid: string;
  /** Where the path names one, the session has to belong to it. */
  namespace?: string;
}

export interface PasswordProof {
  password: string;
  client: ClientInfo;
}

/** What an older session needs to end others, where REVOKE_NEEDS_PROOF_MINUTES says so. */
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
   * Whether an account whose address was never verified gets a new, empty store. By default it
   * does where addresses have to be verified.
   */
  empty_store?: boolean;
}

/** What shows, beside a token from a mail, that its reader has made the account. */
export interface AddressProof {
  session_uuid?: string;
  password?: string;
}

/** What somebody asks for who has only an address. */
export interface AddressQuery {
  namespace: string;
  shard: string;
  email: string;
  client: ClientInfo;
}

/** What somebody asks for who has a token from a mail. */
export interface TokenUse {
  namespace: string;
  token: string;
  client: ClientInfo;
}

/** A session that exists and has not expired, with what the edge needs to let a device in. */
export interface ProvenSession {
  /** Hexadecimal SHA-256 of the session UUID: what everything but the client calls the session. */
  session_hash: string;
  created_at: string;
  expires_at: string;
  data: unknown;
  namespace: string;
  user: SessionDescription['user'];
  /** Whether the account may sync: its address is verified, or need not be. */
  may_sync: boolean;
}

/** A device that the edge has proven, as the user room is told of it on the way in. */
export interface ProvenDevice {
  session_hash: string;
  expires_at: string;
  /** `sync` is TinyBase's synchronizer protocol, `partykit` that of its PartyKit persister. */
  protocol: 'sync' | 'partykit';
}

/** Whose request it is, as the user room is told along with it. */
export interface ProvenWriter {
  session_hash: string;
  expires_at: string;
  /** The auth room of the session. */
  shard: string;
  /** When the edge asked about it, in milliseconds since the epoch. */
  proven_at: number;
}

/** The request header that carries a {@link ProvenWriter} as JSON into a user room. */
export const WRITER_HEADER = 'x-tinyhost-writer';

/** The request header that carries a {@link ProvenDevice} as JSON into a user room. */
export const DEVICE_HEADER = 'x-tinyhost-device';

/** The request header with what follows `/store` in a URL, as it came, percent-encoded. */
export const PATH_HEADER = 'x-tinyhost-path';
