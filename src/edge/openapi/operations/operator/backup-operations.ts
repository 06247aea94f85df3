import { NDJSON } from '../../../../protocol/backup/records.ts';
import { STEP_ITEMS } from '../../../backup/walk.ts';
import { ADMIN, BODY } from '../../error-groups.ts';
import * as example from '../../examples.ts';
import { BY_KEY, json, type Operation, type Parameter } from '../../operation.ts';

const CURSOR: Parameter = {
  ...{ name: 'cursor', in: 'query', description: 'The `cursor` of the step before.' },
  schema: { type: 'string' },
};

const LIMIT: Parameter = {
  ...{ name: 'limit', in: 'query', description: 'Accounts or shared stores of the step.' },
  schema: { type: 'integer', minimum: 1, maximum: STEP_ITEMS, default: STEP_ITEMS },
};

const HISTORY: Parameter = {
  ...{ name: 'history', in: 'query', description: '1 for the history of each store, too.' },
  schema: { type: 'integer', minimum: 0, maximum: 1, default: 0 },
};

/** Operations on backups, for whoever runs the service. */
export const BACKUP_OPERATIONS: readonly Operation[] = [
  {
    id: 'backUp',
    method: 'get',
    path: '/admin/{namespace}/backup',
    tag: 'operator',
    summary: 'Back a namespace up, one step at a time',
    description:
      'Accounts with their password hashes and stores, then shared stores, as lines of JSON. The last line is an `end` with the `cursor` of the next step; it is missing if the step is incomplete.',
    authentication: BY_KEY,
    scope: 'backup:read',
    parameters: [CURSOR, LIMIT, HISTORY],
    responses: { 200: { description: 'The lines of one step.', content: { [NDJSON]: {} } } },
    errors: [...ADMIN, 'invalid_field'],
  },
  {
    id: 'importBackup',
    method: 'post',
    path: '/admin/{namespace}/import',
    tag: 'operator',
    summary: 'Import a part of a backup',
    description:
      'Up to 22 accounts, stores and histories, between a `header` and an `end` that counts them. All lines are checked before anything is imported. Newer data stays, and the request can be repeated.',
    authentication: BY_KEY,
    scope: 'backup:write',
    body: { content: { [NDJSON]: { schema: 'Backup', example: example.BACKUP } }, required: true },
    responses: {
      200: {
        description: 'What was imported, and what could not be.',
        content: json('ImportSummary', example.IMPORT_SUMMARY),
      },
    },
    errors: [
      ...ADMIN,
      ...BODY,
      ...(['invalid_field', 'invalid_backup', 'newer_format', 'other_namespace'] as const),
      ...(['namespace_unknown', 'overloaded'] as const),
    ],
  },
  {
    id: 'listHashes',
    method: 'get',
    path: '/admin/{namespace}/hashes',
    tag: 'operator',
    summary: 'List the hashes of accounts and stores, one step at a time',
    description: 'Equal accounts and stores have equal hashes, on every deployment.',
    authentication: BY_KEY,
    scope: 'backup:read',
    parameters: [CURSOR, LIMIT],
    responses: {
      200: { description: 'One step.', content: json('HashPage', example.HASH_PAGE) },
    },
    errors: [...ADMIN, 'invalid_field'],
  },
];
