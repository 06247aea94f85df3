import { BODY, BODY_HEADERS, COMMON } from '../error-groups.ts';
import * as example from '../examples.ts';
import { confirmed, json, jsonBody, type Operation, type SecurityScheme } from '../operation.ts';

export const BY_KEY: readonly SecurityScheme[] = ['operatorKey'];

/** Every operation below /admin. Without OPERATOR_KEY, all of them answer `not_found`. */
export const ADMIN = [
  ...COMMON,
  ...BODY_HEADERS,
  ...(['not_found', 'unauthorized', 'forbidden', 'too_many_requests'] as const),
] as const;

/** Operations of whoever runs the service. */
export const OPERATOR_OPERATIONS: readonly Operation[] = [
  {
    id: 'listKeys',
    method: 'get',
    path: '/admin/keys',
    tag: 'operator',
    summary: 'List the keys',
    description: 'Only with `OPERATOR_KEY`.',
    authentication: BY_KEY,
    responses: {
      200: {
        description: 'The keys, oldest first, with those that have expired.',
        content: json('KeyList', { keys: [example.KEY] }),
      },
    },
    errors: ADMIN,
  },
  {
    id: 'createKey',
    method: 'post',
    path: '/admin/keys',
    tag: 'operator',
    summary: 'Create a key with scopes',
    description:
      'Only with `OPERATOR_KEY`. Without `namespace`, the key is for all of them. Without `expires_in`, it does not expire.',
    authentication: BY_KEY,
    body: jsonBody('NewKey', example.NEW_KEY),
    responses: {
      200: {
        description: 'The key, which is not shown again.',
        content: json('IssuedKey', example.ISSUED_KEY),
      },
    },
    errors: [...ADMIN, ...BODY, 'invalid_field', 'limit_reached'],
  },
  {
    id: 'revokeKey',
    method: 'delete',
    path: '/admin/keys/{key}',
    tag: 'operator',
    summary: 'Revoke a key',
    description: 'Only with `OPERATOR_KEY`. The next request with the key is refused.',
    authentication: BY_KEY,
    responses: confirmed('Key revoked'),
    errors: ADMIN,
  },
];
