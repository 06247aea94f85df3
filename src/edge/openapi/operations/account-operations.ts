import { BODY, BODY_HEADERS, COMMON, NAMESPACE, PASSWORD, SESSION } from '../error-groups.ts';
import * as example from '../examples.ts';
import { BY_SESSION, confirmed, json, jsonBody, type Operation } from '../operation.ts';

const ACCOUNT = [...COMMON, ...NAMESPACE];

/** Operations of an account: its creation, its password, its address and its end. */
export const ACCOUNT_OPERATIONS: readonly Operation[] = [
  {
    id: 'signUp',
    method: 'post',
    path: '/{namespace}/sign-up',
    tag: 'accounts',
    summary: 'Create an account and sign in',
    body: jsonBody('Credentials', { email: example.EMAIL, password: example.PASSWORD }),
    responses: {
      200: {
        description:
          'Like a sign-in, it starts a session, unless the address has to be verified first.',
        content: json('SignUpResult', {
          success: true,
          message: 'Account created successfully',
          ...example.SIGNED_IN,
        }),
      },
    },
    errors: [
      ...ACCOUNT,
      ...BODY,
      ...(['too_many_requests', 'email_taken', 'sign_up_closed', 'namespace_unknown'] as const),
    ],
  },
  {
    id: 'changePassword',
    method: 'post',
    path: '/{namespace}/change-password',
    tag: 'accounts',
    summary: 'Change the password',
    description: 'Ends all other sessions, unless `end_other_sessions` is false.',
    authentication: BY_SESSION,
    body: jsonBody('PasswordChange', {
      current_password: example.PASSWORD,
      new_password: example.NEW_PASSWORD,
    }),
    responses: confirmed('Password changed'),
    errors: [...ACCOUNT, ...BODY, ...SESSION, ...PASSWORD],
  },
  {
    id: 'requestReset',
    method: 'post',
    path: '/{namespace}/request-reset',
    tag: 'accounts',
    summary: 'Send a mail with a token that resets the password',
    description: 'The response is the same if the address has no account.',
    body: jsonBody('ResetRequest', { email: example.EMAIL }),
    responses: confirmed('If there is an account with this address, a mail is on its way'),
    errors: [...ACCOUNT, ...BODY, 'too_many_requests'],
  },
  {
    id: 'resetPassword',
    method: 'post',
    path: '/{namespace}/reset-password',
    tag: 'accounts',
    summary: 'Set a new password with a token from a mail',
    description: 'Ends all sessions of the account.',
    body: jsonBody('Reset', { token: example.MAIL_TOKEN, new_password: example.NEW_PASSWORD }),
    responses: {
      200: {
        description: 'The password is changed and the address is verified.',
        content: json('ResetResult', {
          success: true,
          message: 'Password changed, sign in with it',
          address_was_verified: false,
          store: 'kept',
        }),
      },
    },
    errors: [...ACCOUNT, ...BODY, 'invalid_token', 'too_many_requests'],
  },
  {
    id: 'requestVerification',
    method: 'post',
    path: '/{namespace}/request-verification',
    tag: 'accounts',
    summary: 'Send a mail with a token that verifies the address',
    authentication: BY_SESSION,
    responses: confirmed('A mail is on its way'),
    errors: [...ACCOUNT, ...BODY_HEADERS, ...SESSION, 'too_many_requests'],
  },
  {
    id: 'verifyAddress',
    method: 'post',
    path: '/{namespace}/verify-address',
    tag: 'accounts',
    summary: 'Verify the address with a token from a mail',
    description: "Needs a session or the password of the token's account as well.",
    body: jsonBody('Verification', { token: example.MAIL_TOKEN, password: example.PASSWORD }),
    responses: confirmed('Address verified'),
    errors: [...ACCOUNT, ...BODY, ...SESSION, ...PASSWORD, 'invalid_token'],
  },
  {
    id: 'exportAccount',
    method: 'get',
    path: '/{namespace}/export',
    tag: 'accounts',
    summary: 'Download the account, its sessions and its store',
    authentication: BY_SESSION,
    responses: {
      200: {
        description: 'A JSON file.',
        headers: ['Content-Disposition'],
        content: json('Export', example.EXPORT),
      },
    },
    errors: [...ACCOUNT, ...SESSION],
  },
  {
    id: 'deleteAccount',
    method: 'post',
    path: '/{namespace}/delete-account',
    tag: 'accounts',
    summary: 'Delete the account, its sessions and its store',
    description: 'Closes the sockets of the account with code 4002.',
    authentication: BY_SESSION,
    body: jsonBody('Deletion', { password: example.PASSWORD }),
    responses: confirmed('Account deleted'),
    errors: [...ACCOUNT, ...BODY, ...SESSION, ...PASSWORD],
  },
];
