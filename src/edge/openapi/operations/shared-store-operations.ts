import { BODY, BODY_HEADERS, COMMON, NAMESPACE, SYNC } from '../error-groups.ts';
import * as example from '../examples.ts';
import { BY_SESSION, confirmed, json, jsonBody, type Operation } from '../operation.ts';

const STORE = [...COMMON, ...NAMESPACE];

/** Every operation that the room of the store answers. */
const MEMBER = [...STORE, ...SYNC, ...BODY_HEADERS] as const;
const OWNER = [...MEMBER, ...BODY, 'forbidden'] as const;

/** Every operation that can make a member. Each counts against a limit of requests. */
const JOINING = [...STORE, ...BODY, ...SYNC, 'too_many_requests', 'limit_reached'] as const;

const membership = (description: string): Operation['responses'] => ({
  200: { description, content: json('Membership', example.MEMBERSHIP) },
});

/** Operations on the stores that people share. */
export const SHARED_STORE_OPERATIONS: readonly Operation[] = [
  {
    id: 'listStores',
    method: 'get',
    path: '/{namespace}/stores',
    tag: 'sharing',
    summary: 'List the shared stores of the account',
    authentication: BY_SESSION,
    responses: {
      200: {
        description: 'The stores that the account is a member of, without its private one.',
        content: json('MembershipList', { stores: [example.MEMBERSHIP] }),
      },
    },
    errors: [...STORE, 'unauthorized', 'ambiguous_token'],
  },
  {
    id: 'createSharedStore',
    method: 'post',
    path: '/{namespace}/stores',
    tag: 'sharing',
    summary: 'Create a store that can be shared',
    description: 'The account becomes its owner.',
    authentication: BY_SESSION,
    body: jsonBody('NewStore', { name: example.STORE_NAME }),
    responses: membership('The membership of the owner.'),
    errors: JOINING,
  },
  {
    id: 'createInvitation',
    method: 'post',
    path: '/{namespace}/stores/{store}/invitations',
    tag: 'sharing',
    summary: 'Invite to a store',
    description:
      'Only an owner may. The invitation works for everybody who has its token, with any address. With `email`, the token is mailed as well.',
    authentication: BY_SESSION,
    body: jsonBody('NewInvitation', { role: 'editor' }),
    responses: {
      200: {
        description: 'The invitation, and its token, which is not shown again.',
        content: json('IssuedInvitation', example.ISSUED_INVITATION),
      },
    },
    errors: [...JOINING, 'forbidden'],
  },
  {
    id: 'acceptInvitation',
    method: 'post',
    path: '/{namespace}/accept-invitation',
    tag: 'sharing',
    summary: 'Become a member of a store',
    description:
      'A member who accepts again keeps the higher of both roles, and the invitation keeps its use.',
    authentication: BY_SESSION,
    body: jsonBody('Acceptance', { token: example.INVITATION_TOKEN }),
    responses: membership('The membership.'),
    errors: [...JOINING, 'invalid_token'],
  },
  {
    id: 'describeSharedStore',
    method: 'get',
    path: '/{namespace}/stores/{store}',
    tag: 'sharing',
    summary: "Describe a shared store and the account's membership",
    description: 'Everybody who is no member gets `not_found`, as for a store that does not exist.',
    authentication: BY_SESSION,
    responses: membership('The membership.'),
    errors: MEMBER,
  },
  {
    id: 'renameSharedStore',
    method: 'patch',
    path: '/{namespace}/stores/{store}',
    tag: 'sharing',
    summary: 'Rename a shared store',
    description: 'Only an owner may.',
    authentication: BY_SESSION,
    body: jsonBody('NewStore', { name: example.STORE_NAME }),
    responses: membership('The membership, with the new name.'),
    errors: OWNER,
  },
  {
    id: 'deleteSharedStore',
    method: 'delete',
    path: '/{namespace}/stores/{store}',
    tag: 'sharing',
    summary: 'Delete a shared store',
    description: 'Only an owner may. Its sockets are closed with 4008, and its content is removed.',
    authentication: BY_SESSION,
    responses: confirmed('Store deleted'),
    errors: [...MEMBER, 'forbidden'],
  },
  {
    id: 'listMembers',
    method: 'get',
    path: '/{namespace}/stores/{store}/members',
    tag: 'sharing',
    summary: 'List the members of a shared store',
    authentication: BY_SESSION,
    responses: {
      200: {
        description: 'The members, in the order in which they joined.',
        content: json('MemberList', { members: [example.OWNER] }),
      },
    },
    errors: MEMBER,
  },
  {
    id: 'setRole',
    method: 'patch',
    path: '/{namespace}/stores/{store}/members/{member}',
    tag: 'sharing',
    summary: 'Change the role of a member',
    description:
      'Only an owner may. To hand the store over, an owner makes another member an owner. The role of the last owner cannot be changed.',
    authentication: BY_SESSION,
    body: jsonBody('RoleChange', { role: 'owner' }),
    responses: {
      200: { description: 'The member.', content: json('Member', example.OWNER) },
    },
    errors: OWNER,
  },
  {
    id: 'removeMember',
    method: 'delete',
    path: '/{namespace}/stores/{store}/members/{member}',
    tag: 'sharing',
    summary: 'Remove a member, or leave a shared store',
    description:
      'Only an owner may remove others. The sockets of the member are closed with 4007. The last owner can only delete the store.',
    authentication: BY_SESSION,
    responses: confirmed('Member removed'),
    errors: [...MEMBER, 'forbidden'],
  },
  {
    id: 'listInvitations',
    method: 'get',
    path: '/{namespace}/stores/{store}/invitations',
    tag: 'sharing',
    summary: 'List the invitations that can be accepted',
    description: 'Only an owner may. Tokens are not shown again.',
    authentication: BY_SESSION,
    responses: {
      200: {
        description: 'The invitations, oldest first.',
        content: json('InvitationList', { invitations: [example.INVITATION] }),
      },
    },
    errors: [...MEMBER, 'forbidden'],
  },
  {
    id: 'revokeInvitation',
    method: 'delete',
    path: '/{namespace}/stores/{store}/invitations/{invitation}',
    tag: 'sharing',
    summary: 'Revoke an invitation',
    description: 'Only an owner may. Those who have accepted it remain members.',
    authentication: BY_SESSION,
    responses: confirmed('Invitation revoked'),
    errors: [...MEMBER, 'forbidden'],
  },
];
