import type { RoomStorage } from '../../platform.ts';
import type { Role } from '../../protocol/membership.ts';
import { NewerFormatError } from '../newer-format-error.ts';

/** Version of the stored format of everything in this file. */
export const STORE_FORMAT = 1;

/** A shared store, or what is left of a deleted one, so that nothing brings it back. */
export interface StoredStore {
  format: number;
  id: string;
  namespace: string;
  name: string;
  created_at: string;
  /** Counts the changes of members and name. */
  version: number;
  isDeleted: boolean;
}

export interface StoredMember {
  email: string;
  /** The auth room of the account. */
  shard: string;
  role: Role;
  /** ISO 8601 in UTC. */
  joined_at: string;
}

export interface StoredInvitation {
  id: string;
  role: Role;
  /** The account of the owner who invites. */
  created_by: string;
  /** Milliseconds since the epoch. */
  created_at: number;
  expires_at: number;
  uses_left: number;
  /** Accounts that an owner has removed or demoted since. */
  barred: string[];
}

export const STORE_KEY = 'store';
const MEMBER_PREFIX = 'member:';
const INVITATION_PREFIX = 'invitation:';
/** News that auth rooms have not confirmed. */
export const NEWS_PREFIX = 'news:';

export const memberKey = (account: string): string => MEMBER_PREFIX + account;
export const invitationKey = (tokenHash: string): string => INVITATION_PREFIX + tokenHash;

/** Keys of the engines. PartyServer cannot serve a room without the name in `__ps_name`. */
const ENGINE_PREFIX = '__';

/** Whether a key stays when a store is deleted. */
export const isKeptAfterDeletion = (key: string): boolean =>
  key === STORE_KEY || key.startsWith(NEWS_PREFIX) || key.startsWith(ENGINE_PREFIX);

/** What a room has stored about its members; undefined in the room of a private store. */
export interface StoredMembers {
  store: StoredStore;
  /** By account. */
  members: Map<string, StoredMember>;
  /** By the hash of the token. */
  invitations: Map<string, StoredInvitation>;
}

/** Throws a {@link NewerFormatError} if a later version of TinyHost has written it. */
export async function loadMembers(storage: RoomStorage): Promise<StoredMembers | undefined> {
  const store = await storage.get<StoredStore>(STORE_KEY);
  if (!store) return undefined;
  if (store.format > STORE_FORMAT) {
    throw new NewerFormatError(`members of format ${store.format}, newer than ${STORE_FORMAT}`);
  }
  const members = await listAfter<StoredMember>(storage, MEMBER_PREFIX);
  const invitations = await listAfter<StoredInvitation>(storage, INVITATION_PREFIX);
  return { store, members, invitations };
}

/** The entries whose keys begin with `prefix`, by the rest of the key. */
export async function listAfter<Value>(
  storage: RoomStorage,
  prefix: string,
): Promise<Map<string, Value>> {
  const stored = await storage.list<Value>({ prefix });
  return new Map([...stored].map(([key, value]) => [key.slice(prefix.length), value]));
}
