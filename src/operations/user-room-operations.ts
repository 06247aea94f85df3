import type { CloseName } from '../protocol/close-codes.ts';
import type { OperatorAccess, StoreUsage } from '../protocol/http-api/usage.ts';
import type { Invitation, Member, Membership, Role } from '../protocol/membership.ts';
import type { ProvenMember, ProvenOperator } from './proven-access.ts';

/**
 * The private operations of user rooms: those of private stores and those of shared ones. See
 * auth-room-operations.ts.
 */

export interface UserOperations {
  /** Closes the sockets of these sessions and refuses those that are still connecting. */
  'end-sessions': {
    input: { session_hashes: string[]; close: CloseName };
    output: { closed: number };
  };
  /** Extends the sockets of a session to its new end. */
  'renew-session': {
    input: { session_hash: string; expires_at: string };
    output: { renewed: number };
  };
}

/** The operations of the room of a shared store, for auth rooms. */
export interface SharedStoreOperations {
  /** Creates the store with its first owner. Can be repeated. */
  'create-store': {
    input: { store: string; name: string; owner: ProvenMember };
    output: Record<string, never>;
  };
  'create-invitation': {
    input: NewInvitation & { member: ProvenMember };
    /** The name is for the mail. */
    output: { invitation: Invitation; name: string };
  };
  'accept-invitation': {
    input: { token_hash: string; member: ProvenMember };
    output: { membership: Membership; version: number };
  };
  /**
   * Removes an account that was deleted. Deletes the store if it has no other owner. Can be
   * repeated. The output says whether the store is deleted now.
   */
  'remove-account': { input: { account: string }; output: { is_deleted: boolean } };
  /** Whether there is the store. `unknown`: it was never created. */
  'store-state': {
    input: Record<string, never>;
    output: { state: 'existing' | 'deleted' | 'unknown' };
  };
}

/** The operations of the room of a shared store, for the edge. */
export interface MemberOperations {
  'describe-store': { input: ByMember; output: Membership };
  'rename-store': { input: ByMember & { name: string }; output: Membership };
  'delete-store': { input: ByMember; output: Record<string, never> };
  'list-members': { input: ByMember; output: { members: Member[] } };
  'set-role': { input: ByMember & { account: string; role: Role }; output: Member };
  'remove-member': { input: ByMember & { account: string }; output: Record<string, never> };
}

export interface InvitationOperations {
  'list-invitations': { input: ByMember; output: { invitations: Invitation[] } };
  'revoke-invitation': { input: ByMember & { id: string }; output: Record<string, never> };
}

export interface ByMember {
  member: ProvenMember;
}

/** The operation by which a room tells what its store takes. The id is the name of the room. */
export interface UsageOperations {
  'describe-usage': { input: StoreReader; output: Omit<StoreUsage, 'id'> };
}

/** The operation by which a room tells what operators' keys have done with its store. */
export interface AccessOperations {
  /** The newest first. */
  'list-operator-access': { input: StoreReader; output: { accesses: OperatorAccess[] } };
}

/** A member of a shared store, an operator, or without either the owner of a private store. */
export interface StoreReader {
  member?: ProvenMember | undefined;
  operator?: ProvenOperator | undefined;
}

/** The operation of private rooms that follows from memberships. */
export interface StoresNewsOperations {
  /** Tells the devices of an account that its list of stores has changed. */
  'stores-changed': { input: Record<string, never>; output: Record<string, never> };
}

export interface NewInvitation {
  id: string;
  token_hash: string;
  role: Role;
  /** Milliseconds since the epoch. */
  expires_at: number;
  uses: number;
}

export interface UserRemoval {
  /** Closes every socket with 4002 and removes everything that is stored. Can be repeated. */
  destroy: { input: Record<string, never>; output: Record<string, never> };
}
