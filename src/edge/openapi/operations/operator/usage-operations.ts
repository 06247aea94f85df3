import { ADMIN, COMMON, NAMESPACE, SYNC } from '../../error-groups.ts';
import * as example from '../../examples.ts';
import { BY_KEY, BY_SESSION, json, type Operation, type Parameter } from '../../operation.ts';

const query = (name: string, description: string, value?: string): Parameter => ({
  ...{ name, in: 'query', description, schema: { type: 'string' } },
  ...(value !== undefined && { example: value }),
});

const CURSOR = query('cursor', 'The `cursor` of the response before.');

const OF_USERS = {
  method: 'get',
  tag: 'store',
  authentication: BY_SESSION,
  errors: [...COMMON, ...NAMESPACE, ...SYNC],
} as const;

const OF_OPERATORS = {
  method: 'get',
  tag: 'operator',
  authentication: BY_KEY,
  scope: 'usage:read',
  errors: [...ADMIN, 'invalid_field'],
} as const;

const ACCESSES = {
  200: {
    description: 'The newest first, one entry for each key, kind and day; at most 100.',
    content: json('OperatorAccessList', { accesses: [] }),
  },
};

/** Operations that tell what stores take, and what operators did with them. */
export const USAGE_OPERATIONS: readonly Operation[] = [
  {
    ...OF_USERS,
    id: 'getUsage',
    path: '/{namespace}/usage',
    summary: 'Tell what the stores of the account take',
    description: 'The private store first, then the shared ones; up to 40 of them.',
    parameters: [CURSOR],
    responses: {
      200: { description: 'The stores.', content: json('AccountUsage', example.USAGE) },
    },
  },
  {
    ...OF_USERS,
    id: 'listOperatorAccess',
    path: '/{namespace}/operator-access',
    summary: "Tell what operators' keys did with the private store",
    responses: ACCESSES,
  },
  {
    ...OF_USERS,
    id: 'listOperatorAccessOfSharedStore',
    path: '/{namespace}/stores/{store}/operator-access',
    tag: 'sharing',
    summary: "Tell what operators' keys did with a shared store",
    responses: ACCESSES,
  },
  {
    ...OF_OPERATORS,
    id: 'addUsage',
    path: '/admin/{namespace}/usage',
    summary: 'Add up what stores take, in steps',
    description:
      'Each step asks the rooms of 40 stores. Add the numbers of all steps, up to the one whose `cursor` is null.',
    parameters: [CURSOR],
    responses: {
      200: { description: 'One step.', content: json('UsageStep', example.USAGE_STEP) },
    },
  },
  {
    ...OF_OPERATORS,
    id: 'countNamespace',
    path: '/admin/{namespace}/summary',
    summary: 'Count the accounts and shared stores of a namespace',
    responses: {
      200: { description: 'The counts.', content: json('NamespaceSummary', example.SUMMARY) },
    },
  },
  {
    ...OF_OPERATORS,
    id: 'getMetrics',
    path: '/admin/metrics',
    summary: 'Metrics for Prometheus',
    description:
      'In the text format, version 0.0.4. A key of one namespace gets the metrics of that one.',
    parameters: [
      query('namespace', 'May be repeated. The default is all of `NAMESPACES`.', 'todo'),
    ],
    responses: {
      200: { description: 'The metrics.', content: { 'text/plain': { example: example.METRICS } } },
    },
  },
];
