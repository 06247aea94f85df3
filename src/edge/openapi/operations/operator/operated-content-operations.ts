import { ADMIN } from '../../error-groups.ts';
import { BY_KEY, type Operation } from '../../operation.ts';
import { HISTORY_OPERATIONS } from '../history-operations.ts';
import { byMembers } from '../shared-content-operations.ts';
import { STORE_OPERATIONS } from '../store-operations.ts';
import { SYNC_OPERATIONS } from '../sync-operations.ts';

/** The operations of a user on a store that an operator's key has too, by their paths. */
const IS_OPERATED = /^\/\{namespace\}\/(manual-sync|store)(\/|$)/;

const CONTENT_OPERATIONS = [...STORE_OPERATIONS, ...HISTORY_OPERATIONS, ...SYNC_OPERATIONS].filter(
  ({ path }) => IS_OPERATED.test(path),
);

/** What only requests of users are refused for. */
const OF_SESSIONS = new Set(['ambiguous_token', 'email_unverified']);

/** Operations of keys on the content of the stores of a namespace. They are those of users. */
export const OPERATED_CONTENT_OPERATIONS: readonly Operation[] = CONTENT_OPERATIONS.flatMap(
  (operation) => [
    operated(operation, 'accounts/{account}', 'ByKey', "an account's private store"),
    operated(operation, 'stores/{store}', 'OfSharedStoreByKey', 'a shared store'),
  ],
);

function operated(operation: Operation, owner: string, suffix: string, where: string): Operation {
  const { id, method, path, summary, errors, responses } = operation;
  return {
    ...operation,
    id: id + suffix,
    path: path.replace('/{namespace}', `/admin/{namespace}/${owner}`),
    tag: 'operator',
    summary: `${summary}, in ${where}`,
    authentication: BY_KEY,
    responses: owner.startsWith('stores') ? byMembers(responses) : responses,
    scope: method === 'get' ? 'stores:read' : 'stores:write',
    errors: [...new Set([...errors.filter((code) => !OF_SESSIONS.has(code)), ...ADMIN])],
  };
}
