import { version } from '../../../package.json';
import { componentSchemas } from './component-schemas.ts';
import { DELIVERY_ID, HOOK, INVITATION, KEY, ROOM, SESSION_ID, SHARED_STORE } from './examples.ts';
import { type Operation, type Tag, toOperationObject } from './operation.ts';
import { ACCOUNT_OPERATIONS } from './operations/account-operations.ts';
import { HISTORY_OPERATIONS } from './operations/history-operations.ts';
import { BACKUP_OPERATIONS } from './operations/operator/backup-operations.ts';
import { HOOK_OPERATIONS } from './operations/operator/hook-operations.ts';
import { KEY_OPERATIONS } from './operations/operator/key-operations.ts';
import { OPERATED_ACCOUNT_OPERATIONS } from './operations/operator/operated-account-operations.ts';
import { OPERATED_CONTENT_OPERATIONS } from './operations/operator/operated-content-operations.ts';
import { USAGE_OPERATIONS } from './operations/operator/usage-operations.ts';
import { SERVICE_OPERATIONS } from './operations/service-operations.ts';
import { SESSION_OPERATIONS } from './operations/session-operations.ts';
import { SHARED_CONTENT_OPERATIONS } from './operations/shared-content-operations.ts';
import { SHARED_STORE_OPERATIONS } from './operations/shared-store-operations.ts';
import { STORE_OPERATIONS } from './operations/store-operations.ts';
import { SYNC_OPERATIONS } from './operations/sync-operations.ts';

const OPERATIONS = [
  ...ACCOUNT_OPERATIONS,
  ...SESSION_OPERATIONS,
  ...STORE_OPERATIONS,
  ...HISTORY_OPERATIONS,
  ...SHARED_STORE_OPERATIONS,
  ...SHARED_CONTENT_OPERATIONS,
  ...SYNC_OPERATIONS,
  ...KEY_OPERATIONS,
  ...OPERATED_ACCOUNT_OPERATIONS,
  ...BACKUP_OPERATIONS,
  ...OPERATED_CONTENT_OPERATIONS,
  ...USAGE_OPERATIONS,
  ...HOOK_OPERATIONS,
  ...SERVICE_OPERATIONS,
];

/** The OpenAPI 3.1 document of the HTTP API, whose paths follow `basePath`. */
export const openApiDocument = (basePath = '') => ({
  openapi: '3.1.1',
  info: {
    title: 'TinyHost',
    version,
    description: DESCRIPTION,
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [shortPaths(basePath)],
  tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  paths: toPaths(OPERATIONS, basePath),
  components: {
    schemas: componentSchemas(),
    parameters: PATH_PARAMETERS,
    headers: HEADERS,
    securitySchemes: SECURITY_SCHEMES,
  },
});

const DESCRIPTION =
  'Accounts and, for every user, one private realtime TinyBase store, and stores that users share. Request bodies may be compressed with `Content-Encoding: gzip`. All times are in UTC. A method that a path does not have is refused with 405, `method_not_allowed` and an `Allow` header.';

const TAGS: Record<Tag, string> = {
  accounts: 'Accounts, passwords and e-mail addresses.',
  sessions: 'Sessions and tickets.',
  store: 'The store as plain JSON. A change is one transaction, on every device at once.',
  sharing: 'Stores that several accounts share.',
  sync: "TinyBase's synchronizer and PartyKit persister.",
  operator: 'For whoever runs the service, if `OPERATOR_KEY` is set.',
  service: 'The service itself.',
};

const shortPaths = (basePath: string) => ({ url: basePath || '/', description: 'Short paths.' });
const authParty = (basePath: string) => ({
  url: `${basePath}/parties/auth`,
  description: 'The public URL of the auth party.',
});

function toPaths(operations: readonly Operation[], basePath: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const item = paths[operation.path] ?? pathItem(operation, basePath);
    paths[operation.path] = item;
    item[operation.method] = toOperationObject(operation);
  }
  return paths;
}

/** The Path Item Object, without its operations. */
function pathItem({ path, tag }: Operation, basePath: string): Record<string, unknown> {
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
  const hasAlias = (tag === 'accounts' || tag === 'sessions') && names[0] === 'namespace';
  return {
    servers: hasAlias ? [shortPaths(basePath), authParty(basePath)] : undefined,
    parameters: names.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  };
}

const pathParameter = (name: string, description: string, example: string, pattern?: string) => ({
  [name]: {
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string', pattern },
    example,
  },
});

const PATH_PARAMETERS = {
  ...pathParameter('namespace', 'The app.', 'todo', '^[a-z0-9][a-z0-9-]{0,62}$'),
  ...pathParameter('id', 'The `id` of a session in the list.', SESSION_ID),
  ...pathParameter(
    'room',
    'The `durable_object_name` of the user, or the id of a shared store.',
    ROOM,
  ),
  ...pathParameter('store', 'The id of a shared store.', SHARED_STORE),
  ...pathParameter('member', 'The `id` of a member in the list.', ROOM),
  ...pathParameter('invitation', 'The `id` of an invitation in the list.', INVITATION.id),
  ...pathParameter('key', 'The `id` of a key in the list.', KEY.id),
  ...pathParameter('account', 'The `id` of an account in the list.', ROOM),
  ...pathParameter('hook', 'The `id` of a hook in the list.', HOOK.id),
  ...pathParameter('delivery', 'The `id` of a delivery in the list.', DELIVERY_ID),
  ...pathParameter('table', 'The id of a table.', 'tasks'),
  ...pathParameter('row', 'The id of a row.', 'task1'),
  ...pathParameter('cell', 'The id of a cell.', 'title'),
  ...pathParameter('value', 'The id of a value.', 'name'),
};

const textHeader = (description: string) => ({ description, schema: { type: 'string' } });

const HEADERS = {
  ETag: textHeader('Changes with everything except the heartbeat.'),
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
  'Content-Disposition': textHeader('Suggests a file name.'),
  Upgrade: { description: 'The new protocol.', schema: { const: 'websocket' } },
};

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A session token.' },
  sessionHeader: { type: 'apiKey', in: 'header', name: 'X-Session-UUID' },
  sessionQuery: { type: 'apiKey', in: 'query', name: 'sessionUuid' },
  ticket: {
    type: 'apiKey',
    in: 'query',
    name: 'ticket',
    description: 'A ticket, instead of a session token.',
  },
  operatorKey: {
    type: 'http',
    scheme: 'bearer',
    description: '`OPERATOR_KEY`, or a key that was created with it.',
  },
};
