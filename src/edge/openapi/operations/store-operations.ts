import type { SchemaName } from '../component-schemas.ts';
import { BODY_HEADERS, CHANGE, COMMON, NAMESPACE, SYNC } from '../error-groups.ts';
import { STORE } from '../examples.ts';
import { BY_SESSION, json, jsonBody, type Operation, type Parameter } from '../operation.ts';

/** A part of the store that has a path of its own. */
interface Part {
  name: Extract<SchemaName, 'Store' | 'Tables' | 'Table' | 'Row' | 'Cell' | 'Values' | 'Value'>;
  path: string;
  noun: string;
  example: unknown;
}

const PARTS: readonly Part[] = [
  { name: 'Store', path: '', noun: 'the store', example: STORE },
  { name: 'Tables', path: '/tables', noun: 'all tables', example: STORE.tables },
  { name: 'Table', path: '/tables/{table}', noun: 'a table', example: STORE.tables.tasks },
  { name: 'Row', path: '/tables/{table}/{row}', noun: 'a row', example: STORE.tables.tasks.task1 },
  {
    name: 'Cell',
    path: '/tables/{table}/{row}/{cell}',
    noun: 'a cell',
    example: STORE.tables.tasks.task1.title,
  },
  { name: 'Values', path: '/values', noun: 'all values', example: STORE.values },
  { name: 'Value', path: '/values/{value}', noun: 'a value', example: STORE.values.name },
];

const IF_MATCH: Parameter = {
  name: 'If-Match',
  in: 'header',
  description: 'Respond with 412 unless the ETag is one of these.',
  schema: { type: 'string' },
};

const IF_NONE_MATCH: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  description:
    'If the ETag is one of these, a read responds with 304 and a change with 412. With `*`, a change only creates.',
  schema: { type: 'string' },
};

const AT: Parameter = {
  name: 'at',
  in: 'query',
  description:
    'Read the store as it was: after the last change that came by this time, or just before the moment with this `id`. The response has no ETag.',
  schema: { type: 'string' },
};

const SHARED = {
  tag: 'store',
  authentication: BY_SESSION,
  parameters: [IF_MATCH, IF_NONE_MATCH],
} as const;

const ERRORS = [...COMMON, ...NAMESPACE, ...SYNC, 'bad_request', 'precondition_failed'] as const;
const CHANGED = { 204: { description: 'Changed.', headers: ['ETag'] } };

const read = ({ name, path, noun, example }: Part): Operation => ({
  ...SHARED,
  id: `get${name}`,
  method: 'get',
  path: `/{namespace}/store${path}`,
  parameters: [...SHARED.parameters, AT],
  summary: `Read ${noun}`,
  responses: {
    200: { description: 'The content.', headers: ['ETag'], content: json(name, example) },
    304: { description: 'The content has an ETag in `If-None-Match`.', headers: ['ETag'] },
  },
  errors: [...ERRORS, 'history_gone', 'overloaded'],
});

/** A body may leave out the tables or the values. */
const inputSchema = (name: Part['name']) => (name === 'Store' ? 'PartialStore' : name);

const replace = ({ name, path, noun, example }: Part): Operation => ({
  ...SHARED,
  id: `replace${name}`,
  method: 'put',
  path: `/{namespace}/store${path}`,
  summary: `Replace ${noun}`,
  body: jsonBody(inputSchema(name), example),
  responses: CHANGED,
  errors: [...ERRORS, ...CHANGE, 'forbidden'],
});

const patch = ({ name, path, noun, example }: Part): Operation => ({
  ...SHARED,
  id: `update${name}`,
  method: 'patch',
  path: `/{namespace}/store${path}`,
  summary: `Change parts of ${noun}`,
  description: 'Every part is changed, or none is. In a merge patch, null removes.',
  body: {
    required: true,
    content: {
      ...json(inputSchema(name), example),
      'application/merge-patch+json': {
        schema: 'MergePatch',
        example,
      },
      'application/json-patch+json': {
        schema: 'JsonPatch',
        example: [{ op: 'replace', path: '', value: example }],
      },
    },
  },
  responses: CHANGED,
  errors: [...ERRORS, ...CHANGE, 'forbidden'],
});

const remove = ({ name, path, noun }: Part): Operation => ({
  ...SHARED,
  id: `delete${name}`,
  method: 'delete',
  path: `/{namespace}/store${path}`,
  summary: `Delete ${noun}`,
  responses: { 204: { description: 'Deleted.', headers: ['ETag'] } },
  errors: [...ERRORS, ...BODY_HEADERS, 'forbidden'],
});

/** Operations that read and change the store as plain JSON. */
export const STORE_OPERATIONS: readonly Operation[] = PARTS.flatMap((part) => [
  read(part),
  replace(part),
  patch(part),
  remove(part),
]);
