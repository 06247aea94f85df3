import { ADMIN, BODY } from '../../error-groups.ts';
import * as example from '../../examples.ts';
import { BY_KEY, confirmed, json, type Operation, type Parameter } from '../../operation.ts';

const query = (name: string, description: string, schema: object, example?: string): Parameter => ({
  ...{ name, in: 'query', description, schema },
  ...(example !== undefined && { example }),
});

const TEXT = { type: 'string' };

/** A page of a list of the operator. */
const PAGE: readonly Parameter[] = [
  query('cursor', 'The `cursor` of the page before.', TEXT),
  query('limit', 'Entries of the page.', {
    ...{ type: 'integer', minimum: 1, maximum: 500, default: 100 },
  }),
];

/** What an operation that changes an account has in common with the others. */
const CHANGE = {
  tag: 'operator',
  authentication: BY_KEY,
  scope: 'accounts:write',
  errors: [...ADMIN, 'invalid_field'],
} as const;

const ACCOUNT = '/admin/{namespace}/accounts/{account}';

/** Operations of whoever runs the service on the accounts of a namespace. */
export const OPERATED_ACCOUNT_OPERATIONS: readonly Operation[] = [
  {
    id: 'describeAccess',
    method: 'get',
    path: '/admin/access',
    tag: 'operator',
    summary: 'Describe what the key allows',
    description: 'For every key.',
    authentication: BY_KEY,
    responses: {
      200: { description: 'What it allows.', content: json('KeyAccess', example.KEY_ACCESS) },
    },
    errors: ADMIN,
  },
  {
    id: 'listAccounts',
    method: 'get',
    path: '/admin/{namespace}/accounts',
    tag: 'operator',
    summary: 'List the accounts of a namespace',
    description: 'In the order of their addresses in lower case.',
    authentication: BY_KEY,
    scope: 'accounts:read',
    parameters: [
      query('address', 'Only the account with this address.', TEXT, example.EMAIL),
      query('prefix', 'Only accounts whose address begins with this.', TEXT),
      ...PAGE,
    ],
    responses: {
      200: { description: 'A page.', content: json('AccountPage', example.ACCOUNT_PAGE) },
    },
    errors: [...ADMIN, 'invalid_field'],
  },
  {
    id: 'describeAccount',
    method: 'get',
    path: ACCOUNT,
    tag: 'operator',
    summary: 'Describe an account, its sessions and its stores',
    authentication: BY_KEY,
    scope: 'accounts:read',
    responses: {
      200: {
        description: 'The account.',
        content: json('AccountDescription', example.ACCOUNT_DESCRIPTION),
      },
    },
    errors: [...ADMIN, 'invalid_field'],
  },
  {
    id: 'listStoresOfNamespace',
    method: 'get',
    path: '/admin/{namespace}/stores',
    tag: 'operator',
    summary: 'List the shared stores of a namespace',
    description: 'In the order of their ids.',
    authentication: BY_KEY,
    scope: 'stores:read',
    parameters: PAGE,
    responses: {
      200: { description: 'A page.', content: json('StorePage', example.STORE_PAGE) },
    },
    errors: [...ADMIN, 'invalid_field'],
  },
  {
    ...CHANGE,
    id: 'disableAccount',
    method: 'post',
    path: `${ACCOUNT}/disable`,
    summary: 'Keep an account from signing in',
    description: 'Also ends its sessions and closes its sockets with code 4010.',
    responses: confirmed('Account disabled'),
  },
  {
    ...CHANGE,
    id: 'enableAccount',
    method: 'post',
    path: `${ACCOUNT}/enable`,
    summary: 'Let an account sign in again',
    responses: confirmed('Account enabled'),
  },
  {
    ...CHANGE,
    id: 'endSessionsOfAccount',
    method: 'delete',
    path: `${ACCOUNT}/sessions`,
    summary: 'End all sessions of an account',
    description: 'Closes its sockets with code 4001.',
    responses: confirmed('Sessions ended'),
  },
  {
    ...CHANGE,
    id: 'requestResetOfAccount',
    method: 'post',
    path: `${ACCOUNT}/request-reset`,
    summary: 'Mail a token that resets the password',
    description: 'Without `MAIL`, it answers `not_found`.',
    responses: confirmed('A mail is on its way'),
  },
  {
    ...CHANGE,
    id: 'removeAccount',
    method: 'delete',
    path: ACCOUNT,
    summary: 'Delete an account, its sessions and its store',
    description: 'It leaves its shared stores. Closes its sockets with code 4002.',
    responses: confirmed('Account deleted'),
  },
  {
    id: 'rebuildDirectory',
    method: 'post',
    path: '/admin/{namespace}/directory/rebuild',
    tag: 'operator',
    summary: 'Rebuild the list of accounts, one step at a time',
    description:
      'Repeat it with the `cursor` of each step until that is null. The list can be used meanwhile.',
    authentication: BY_KEY,
    scope: 'accounts:write',
    body: { content: json('Rebuilding', {}), required: false },
    responses: {
      200: { description: 'One step.', content: json('RebuildStep', example.REBUILD_STEP) },
    },
    errors: [...ADMIN, ...BODY, 'invalid_field'],
  },
];
