import { BODY, COMMON, NAMESPACE, SYNC } from './error-groups.ts';
import * as example from './examples.ts';
import { BY_SESSION, json, jsonBody, type Operation } from './operation.ts';

const STORE = [...COMMON, ...NAMESPACE];

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
];
