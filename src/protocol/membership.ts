/** What a member may do in a shared store. An owner may do all that an editor may, and so on. */
export const ROLES = ['owner', 'editor', 'viewer'] as const;

export type Role = (typeof ROLES)[number];

/** A shared store, as one of its members sees it. Times are ISO 8601 in UTC. */
export interface Membership {
  /** The UUID of the store. */
  store: string;
  name: string;
  role: Role;
  joined_at: string;
}

/** A member of a shared store. */
export interface Member {
  /** The UUID of the account. */
  id: string;
  email: string;
  role: Role;
  joined_at: string;
}

/** An invitation that can still be accepted, without its token. */
export interface Invitation {
  id: string;
  role: Role;
  created_at: string;
  expires_at: string;
  /** How many members may still join by it. */
  uses_left: number;
}

/** `POST /stores/:store/invitations`: an invitation and its token, which is not told again. */
export interface IssuedInvitation extends Invitation {
  token: string;
}

const STORE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Whether `text` is the id of a shared store: a UUID of version 8 (RFC 9562, section 5.8). The ids
 * of accounts, and so of private stores, have version 4.
 */
export const isStoreId = (text: string): boolean => STORE_ID.test(text);
