import type { SessionDescription } from '../protocol/http-api/response-types.ts';

/** An account that the edge or its auth room has authenticated, to the room of a shared store. */
export interface ProvenMember {
  /** The UUID of the account. */
  account: string;
  email: string;
  namespace: string;
  /** The auth room of the account. */
  shard: string;
}

/** The account of a private store. Its room stores it, because engines do not always tell it. */
export interface StoreOwner {
  namespace: string;
  /** The UUID of the account. */
  account: string;
}

/** A valid session, with what the edge needs to admit a device. */
export interface ProvenSession {
  /**
   * The SHA-256 of the session's token in hexadecimal. It identifies the session everywhere except
   * at the client.
   */
  session_hash: string;
  created_at: string;
  expires_at: string;
  data: unknown;
  namespace: string;
  user: SessionDescription['user'];
  /** Whether the account may sync: its address is verified, or does not have to be. */
  may_sync: boolean;
}

/** A device that the edge has authenticated. The user room gets it with the upgrade. */
export interface ProvenDevice {
  session_hash: string;
  expires_at: string;
  /** `sync` is TinyBase's synchronizer protocol, `partykit` that of its PartyKit persister. */
  protocol: 'sync' | 'partykit';
  /** The account, in a shared store; undefined for the owner of a private one. */
  member?: ProvenMember | undefined;
  /** The account, in its private store; undefined in a shared one. */
  owner?: StoreOwner | undefined;
  /** Whether the device asks for syncPoints, and the room need not ask it for hashes first. */
  resumes?: boolean;
}

/** Who sends a request: a session, or an operator. The user room gets it with the request. */
export type ProvenWriter = SessionWriter | OperatorWriter;

export interface SessionWriter {
  session_hash: string;
  expires_at: string;
  /** The auth room of the session. */
  shard: string;
  /** When the edge authenticated it, in milliseconds since the epoch. */
  proven_at: number;
  /** The account, in a shared store; undefined for the owner of a private one. */
  member?: ProvenMember | undefined;
  /** The account, in its private store; undefined in a shared one. */
  owner?: StoreOwner | undefined;
  operator?: undefined;
}

export interface OperatorWriter {
  operator: ProvenOperator;
  /** When the edge authenticated the key, in milliseconds since the epoch. */
  proven_at: number;
  member?: undefined;
  owner?: undefined;
  session_hash?: undefined;
}

/** An operator's key that the edge has authenticated, to the room of a store. */
export interface ProvenOperator {
  /** The id of the key; null for OPERATOR_KEY. */
  key: string | null;
  /** The namespace of the path. The room of a shared store compares it with its own. */
  namespace: string;
  /** The account that the directory of the namespace has; undefined for a shared store. */
  account?: { id: string; shard: string } | undefined;
}

/** The request header that carries a {@link ProvenWriter} as JSON into a user room. */
export const WRITER_HEADER = 'x-tinyhost-writer';

/** The request header that carries a {@link ProvenDevice} as JSON into a user room. */
export const DEVICE_HEADER = 'x-tinyhost-device';

/** The request header with the rest of the URL after `/store`, percent-encoded as it came. */
export const PATH_HEADER = 'x-tinyhost-path';

/** The request header with the parts of a URL's query that the room reads, percent-encoded. */
export const QUERY_HEADER = 'x-tinyhost-query';

const OTHER_CHARACTERS = /[^ -~]/g;

/**
 * Encodes a value as JSON for a request header. A header cannot have all characters, and e-mail
 * addresses may have any.
 */
export const headerJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    OTHER_CHARACTERS,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The account of the private store of a device or a request; undefined in a shared store. */
export function ownerOf(proven: ProvenDevice | ProvenWriter): StoreOwner | undefined {
  if (!('operator' in proven) || !proven.operator) return proven.owner;
  const { namespace, account } = proven.operator;
  return account && { namespace, account: account.id };
}
