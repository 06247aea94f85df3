import type { Invitation, IssuedInvitation, Member, Membership, Role } from '../membership.ts';

/**
 * Examples of the responses about shared stores, like those of response-examples.ts. The client
 * loads them on demand.
 */

export const MEMBERSHIP: Membership = {
  store: '',
  name: '',
  role: '' as Role,
  joined_at: '',
};

export const MEMBERSHIP_LIST: { stores: Membership[] } = { stores: [MEMBERSHIP] };

export const MEMBER_LIST: { members: Member[] } = {
  members: [{ id: '', email: '', role: '' as Role, joined_at: '' }],
};

const INVITATION: Invitation = {
  id: '',
  role: '' as Role,
  created_at: '',
  expires_at: '',
  uses_left: 0,
};

export const INVITATION_LIST: { invitations: Invitation[] } = { invitations: [INVITATION] };

export const ISSUED_INVITATION: IssuedInvitation = { ...INVITATION, token: '' };
