import { BODY, BODY_HEADERS, COMMON, NAMESPACE, PASSWORD, SESSION } from '../error-groups.ts';
import * as example from '../examples.ts';
import {
  BY_SESSION,
  confirmed,
  json,
  jsonBody,
  type Operation,
  type RequestBody,
} from '../operation.ts';

const NAMESPACED = [...COMMON, ...NAMESPACE];

const REVOCATION: RequestBody = {
  ...jsonBody('Revocation', { password: example.PASSWORD }),
  required: false,
};
const RECENT_PROOF =
  'Where `REVOKE_NEEDS_PROOF_MINUTES` is set, an older session has to send the password.';

const DESCRIBED = {
  200: {
    description: 'The session and its user.',
    content: json('Session', example.SESSION),
  },
};

/** Operations of sessions: start, description and end. */
export const SESSION_OPERATIONS: readonly Operation[] = [
  {
    id: 'signIn',
    method: 'post',
    path: '/{namespace}/sign-in',
    tag: 'sessions',
    summary: 'Start a session',
    body: jsonBody('Credentials', { email: example.EMAIL, password: example.PASSWORD }),
    responses: {
      200: {
        description: '`session_uuid` is the session token.',
        content: json('SignInResult', example.SIGNED_IN),
      },
    },
    errors: [...NAMESPACED, ...BODY, ...PASSWORD, 'account_disabled'],
  },
  {
    id: 'signOut',
    method: 'post',
    path: '/{namespace}/sign-out',
    tag: 'sessions',
    summary: 'End the session and close its sockets',
    authentication: BY_SESSION,
    responses: confirmed('Signed out successfully'),
    errors: [...NAMESPACED, ...BODY_HEADERS, ...SESSION],
  },
  {
    id: 'getSession',
    method: 'get',
    path: '/{namespace}/session',
    tag: 'sessions',
    summary: 'Describe the session and its user',
    authentication: BY_SESSION,
    responses: DESCRIBED,
    errors: [...NAMESPACED, ...SESSION],
  },
  {
    id: 'getSessionOfAnyNamespace',
    method: 'get',
    path: '/api/session',
    tag: 'sessions',
    summary: 'Describe a session of any namespace',
    authentication: BY_SESSION,
    responses: DESCRIBED,
    errors: [...COMMON, ...SESSION],
  },
  {
    id: 'listSessions',
    method: 'get',
    path: '/{namespace}/sessions',
    tag: 'sessions',
    summary: 'List the sessions of the account',
    authentication: BY_SESSION,
    responses: {
      200: {
        description: 'All sessions of the account.',
        content: json('SessionList', { sessions: example.SESSIONS }),
      },
    },
    errors: [...NAMESPACED, ...SESSION],
  },
  {
    id: 'revokeOtherSessions',
    method: 'delete',
    path: '/{namespace}/sessions',
    tag: 'sessions',
    summary: 'End all other sessions of the account and close their sockets',
    description: RECENT_PROOF,
    authentication: BY_SESSION,
    body: REVOCATION,
    responses: confirmed('All other sessions revoked'),
    errors: [...NAMESPACED, ...BODY, ...SESSION, ...PASSWORD, 'proof_needed'],
  },
  {
    id: 'revokeSession',
    method: 'delete',
    path: '/{namespace}/sessions/{id}',
    tag: 'sessions',
    summary: 'End one session of the account and close its sockets',
    description: RECENT_PROOF,
    authentication: BY_SESSION,
    body: REVOCATION,
    responses: confirmed('Session revoked'),
    errors: [...NAMESPACED, ...BODY, ...SESSION, ...PASSWORD, 'proof_needed'],
  },
  {
    id: 'createTicket',
    method: 'post',
    path: '/{namespace}/ws-ticket',
    tag: 'sessions',
    summary: 'Create a ticket that opens one socket',
    description: 'The ticket is valid once, for 30 seconds. It keeps session tokens out of URLs.',
    authentication: BY_SESSION,
    responses: {
      200: { description: 'A ticket.', content: json('SocketTicket', example.SOCKET_TICKET) },
    },
    errors: [...NAMESPACED, ...BODY_HEADERS, ...SESSION, 'email_unverified'],
  },
];
