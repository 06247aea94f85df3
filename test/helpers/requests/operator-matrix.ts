import { SCOPES } from '../../../src/protocol/http-api/operator-keys.ts';
import { ENDPOINTS, type Endpoint } from './documented-api.ts';

/** What a key is for. Null means everything. */
export interface KeyRights {
  namespace: string | null;
  scopes: readonly string[] | null;
}

/** Every operation of the OpenAPI document that needs a key of the operator. */
export const OPERATOR_ENDPOINTS: Endpoint[] = ENDPOINTS.filter(
  ({ operation }) => roles(operation) !== undefined,
);

/** The scope that the document names for an operation; undefined if every key may do it. */
export const scopeOf = ({ operation }: Endpoint): string | undefined => roles(operation)?.[0];

function roles({ security }: Endpoint['operation']): string[] | undefined {
  return security?.find(({ operatorKey }) => operatorKey)?.operatorKey;
}

/** The path of an operation in a namespace, with the ids of the examples. */
export const pathIn = (namespace: string, { path, parameters }: Endpoint): string =>
  path.replace(/\{(\w+)\}/g, (_, name) =>
    name === 'namespace'
      ? namespace
      : (parameters.find((one) => one.in === 'path' && one.name === name)?.example ?? ''),
  );

/** Whether the document lets a key do an operation in a namespace. */
export function isAllowed(key: KeyRights, endpoint: Endpoint, namespace: string): boolean {
  const scope = scopeOf(endpoint);
  if (scope === undefined) return true;
  if (key.scopes !== null && !key.scopes.includes(scope)) return false;
  if (key.namespace === null) return true;
  if (endpoint.path.includes('{namespace}')) return key.namespace === namespace;
  // Without the parameter, it is about the namespace of the key.
  return endpoint.parameters.some(
    ({ in: place, name }) => place === 'query' && name === 'namespace',
  );
}

/** All rights but one, so that no scope opens what another one should. */
export const allBut = (scope: string) => SCOPES.filter((one) => one !== scope);
