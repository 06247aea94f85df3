import { AUTHOR, MEMBER } from '../examples.ts';
import type { Operation } from '../operation.ts';
import { HISTORY_OPERATIONS } from './history-operations.ts';
import { SESSION_OPERATIONS } from './session-operations.ts';
import { STORE_OPERATIONS } from './store-operations.ts';
import { SYNC_OPERATIONS } from './sync-operations.ts';

/** The operations of a private store that a shared one has too, by their paths. */
const IS_CONTENT = /^\/\{namespace\}\/(ws|ws-ticket|manual-sync|snapshot|store)(\/|$)/;

const CONTENT_OPERATIONS = [
  ...SESSION_OPERATIONS,
  ...STORE_OPERATIONS,
  ...HISTORY_OPERATIONS,
  ...SYNC_OPERATIONS,
];

/** Operations on the content of a shared store. They are those of a private store, for members. */
export const SHARED_CONTENT_OPERATIONS: readonly Operation[] = CONTENT_OPERATIONS.filter(
  ({ path }) => IS_CONTENT.test(path),
).map(ofSharedStore);

/** In a shared store, the history names members. */
export function byMembers(responses: Operation['responses']): Operation['responses'] {
  return JSON.parse(JSON.stringify(responses).replaceAll(AUTHOR, MEMBER));
}

function ofSharedStore(operation: Operation): Operation {
  const { id, path, summary, errors, responses } = operation;
  return {
    ...operation,
    id: `${id}OfSharedStore`,
    path: path.replace('/{namespace}', '/{namespace}/stores/{store}'),
    tag: 'sharing',
    summary: `${summary}, in a shared store`,
    responses: byMembers(responses),
    errors: [...new Set([...errors, 'forbidden' as const])],
  };
}
