import { ADMIN, BODY } from '../../error-groups.ts';
import * as example from '../../examples.ts';
import { BY_KEY, confirmed, json, jsonBody, type Operation } from '../../operation.ts';

/** Operations on the keys of whoever runs the service. */
export const KEY_OPERATIONS: readonly Operation[] = [
  {
    id: 'listKeys',
    method: 'get',
    path: '/admin/keys',
    tag: 'operator',
    summary: 'List the keys',
    description: 'Only with `OPERATOR_KEY`.',
    authentication: BY_KEY,
    scope: 'keys:write',
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
      'Only with `OPERATOR_KEY`. Without `namespace`, the key is for all of them. Without `expires_at`, it does not expire.',
    authentication: BY_KEY,
    scope: 'keys:write',
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
    scope: 'keys:write',
    responses: confirmed('Key revoked'),
    errors: ADMIN,
  },
];
