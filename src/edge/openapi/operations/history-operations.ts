import { CHANGE, COMMON, NAMESPACE, SYNC } from '../error-groups.ts';
import { MOMENT } from '../examples.ts';
import { BY_SESSION, json, jsonBody, type Operation } from '../operation.ts';

const STORE = [...COMMON, ...NAMESPACE, ...SYNC] as const;

/** Operations on the history of a store. */
export const HISTORY_OPERATIONS: readonly Operation[] = [
  {
    id: 'getHistory',
    method: 'get',
    path: '/{namespace}/store/history',
    tag: 'store',
    summary: 'List the moments of the store',
    description:
      'A moment has the changes of up to a minute; of an hour if they are older than a day, and of a day if they are older than a week.',
    authentication: BY_SESSION,
    parameters: [
      {
        name: 'before',
        in: 'query',
        description: 'Only moments before the one with this `id`.',
        schema: { type: 'string' },
      },
      {
        name: 'limit',
        in: 'query',
        description: 'Moments in the response, at most 100.',
        schema: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
      },
    ],
    responses: {
      200: {
        description: 'The moments, newest first.',
        content: json('History', { moments: [MOMENT], next: null }),
      },
    },
    errors: STORE,
  },
  {
    id: 'restoreStore',
    method: 'post',
    path: '/{namespace}/store/restore',
    tag: 'store',
    summary: 'Restore the store, or a part of it',
    description:
      'Writes what the store was at a time, as changes that every device takes in. It is a moment of its own, and can be taken back.',
    authentication: BY_SESSION,
    parameters: [
      {
        name: 'If-Match',
        in: 'header',
        description: 'Respond with 412 unless the ETag of the path is one of these.',
        schema: { type: 'string' },
      },
    ],
    body: jsonBody('Restore', { at: MOMENT.id, path: '/tables/tasks' }),
    responses: {
      200: {
        description: 'How much has changed.',
        content: json('RestoreResult', { changed: 1, undo: '275' }),
      },
    },
    errors: [...STORE, ...CHANGE, 'precondition_failed', 'history_gone', 'forbidden'],
  },
];
