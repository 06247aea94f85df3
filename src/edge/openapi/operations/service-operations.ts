import { COMMON } from '../error-groups.ts';
import { HEALTH } from '../examples.ts';
import { json, type Operation } from '../operation.ts';

/** Operations of the service itself. */
export const SERVICE_OPERATIONS: readonly Operation[] = [
  {
    id: 'getPage',
    method: 'get',
    path: '/',
    tag: 'service',
    summary: 'Open the demo page',
    responses: { 200: { description: 'The page.', content: { 'text/html': {} } } },
    errors: ['not_found', 'internal'],
  },
  {
    id: 'getDashboard',
    method: 'get',
    path: '/admin',
    tag: 'service',
    summary: "Open the operator's dashboard",
    responses: { 200: { description: 'The dashboard.', content: { 'text/html': {} } } },
    errors: ['not_found', 'internal'],
  },
  {
    id: 'getHealth',
    method: 'get',
    path: '/health',
    tag: 'service',
    summary: 'Check that the service is up',
    responses: { 200: { description: 'The service is up.', content: json('Health', HEALTH) } },
    errors: COMMON,
  },
  {
    id: 'getOpenApi',
    method: 'get',
    path: '/openapi.json',
    tag: 'service',
    summary: 'Read this document',
    responses: {
      200: {
        description: 'An OpenAPI document.',
        content: { 'application/json': { schema: 'OpenApi' } },
      },
    },
    errors: COMMON,
  },
];
