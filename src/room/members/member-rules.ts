import { ROLES, type Role } from '../../protocol/membership.ts';
import type { StoredInvitation, StoredMember } from './stored-store.ts';

/** Decisions about members, without side effects. */

/** Whether a role may rename and delete the store, and decide about members and invitations. */
export const mayManage = (role: Role): boolean => role === 'owner';

/** Whether a role may change the content of the store. */
export const mayWriteContent = (role: Role): boolean => role !== 'viewer';

const rank = (role: Role): number => -ROLES.indexOf(role);

export const isHigher = (role: Role, other: Role): boolean => rank(role) > rank(other);

/** Whether `account` is the only owner. */
export const isLastOwner = (members: ReadonlyMap<string, StoredMember>, account: string): boolean =>
  members.get(account)?.role === 'owner' &&
  [...members.values()].filter(({ role }) => role === 'owner').length === 1;

/** Whether an account that is no member can join by an invitation. */
export const isOpenTo = (invitation: StoredInvitation, account: string, now: number): boolean =>
  isOpen(invitation, now) && !invitation.barred.includes(account);

/** Whether an invitation can be accepted by somebody. */
export const isOpen = ({ uses_left, expires_at }: StoredInvitation, now: number): boolean =>
  uses_left > 0 && expires_at > now;
