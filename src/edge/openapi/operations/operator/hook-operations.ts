import { ADMIN, BODY } from '../../error-groups.ts';
import * as example from '../../examples.ts';
import { BY_KEY, confirmed, json, jsonBody, type Operation } from '../../operation.ts';

const ERRORS = [...ADMIN, 'invalid_field'] as const;

/** Operations on the hooks of a namespace. */
export const HOOK_OPERATIONS: readonly Operation[] = [
  {
    id: 'listHooks',
    method: 'get',
    path: '/admin/{namespace}/hooks',
    tag: 'operator',
    summary: 'List the hooks',
    authentication: BY_KEY,
    scope: 'hooks:read',
    responses: {
      200: {
        description: 'The hooks, oldest first.',
        content: json('HookList', { hooks: [example.HOOK] }),
      },
    },
    errors: ERRORS,
  },
  {
    id: 'createHook',
    method: 'post',
    path: '/admin/{namespace}/hooks',
    tag: 'operator',
    summary: 'Create a hook',
    description: 'Requests to the hook are signed by the Standard Webhooks specification.',
    authentication: BY_KEY,
    scope: 'hooks:write',
    body: jsonBody('NewHook', example.NEW_HOOK),
    responses: {
      200: {
        description: 'The hook. Its secret is not shown again.',
        content: json('IssuedHook', example.ISSUED_HOOK),
      },
    },
    errors: [...ERRORS, ...BODY, 'limit_reached'],
  },
  {
    id: 'updateHook',
    method: 'patch',
    path: '/admin/{namespace}/hooks/{hook}',
    tag: 'operator',
    summary: 'Pause a hook, or end its pause',
    description: 'A paused hook is not told of what happens meanwhile.',
    authentication: BY_KEY,
    scope: 'hooks:write',
    body: jsonBody('HookChange', { is_paused: false }),
    responses: { 200: { description: 'The hook.', content: json('Hook', example.HOOK) } },
    errors: [...ERRORS, ...BODY],
  },
  {
    id: 'deleteHook',
    method: 'delete',
    path: '/admin/{namespace}/hooks/{hook}',
    tag: 'operator',
    summary: 'Delete a hook and its deliveries',
    authentication: BY_KEY,
    scope: 'hooks:write',
    responses: confirmed('Hook deleted'),
    errors: ERRORS,
  },
  {
    id: 'listDeliveries',
    method: 'get',
    path: '/admin/{namespace}/hooks/{hook}/deliveries',
    tag: 'operator',
    summary: 'List the pending and the failed deliveries',
    authentication: BY_KEY,
    scope: 'hooks:read',
    responses: {
      200: {
        description: 'At most 100 pending and 100 failed deliveries, and how many there are.',
        content: json('DeliveryList', { pending: 0, failed: 0, deliveries: [] }),
      },
    },
    errors: ERRORS,
  },
  {
    id: 'retryDelivery',
    method: 'post',
    path: '/admin/{namespace}/hooks/{hook}/deliveries/{delivery}/retry',
    tag: 'operator',
    summary: 'Deliver an event at once',
    description: 'A failed event gets all attempts again.',
    authentication: BY_KEY,
    scope: 'hooks:write',
    responses: confirmed('Delivery begins'),
    errors: ERRORS,
  },
];
