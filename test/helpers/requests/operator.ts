import { expect, inject } from 'vitest';
import { OPERATOR_KEY } from '../../../src/edge/openapi/examples.ts';
import type { Scope } from '../../../src/protocol/http-api/operator-keys.ts';
import { eventually } from './eventually.ts';
import type { User } from './users.ts';

interface AdminRequest {
  url?: string;
  key?: string;
  /** JSON, or a string that is sent unchanged. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Sends a request below /admin, with OPERATOR_KEY unless the request says otherwise. */
export function fetchAdmin(
  method: string,
  path: string,
  { url = inject('url'), key = OPERATOR_KEY, body, headers = {} }: AdminRequest = {},
): Promise<Response> {
  return fetch(`${url}/admin/${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${key}`,
      Connection: 'close',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: typeof body === 'string' || body === undefined ? (body ?? null) : JSON.stringify(body),
  });
}

/** The same, for responses of JSON or without a body. */
export async function askAdmin(method: string, path: string, request: AdminRequest = {}) {
  const response = await fetchAdmin(method, path, request);
  const text = await response.text();
  const body: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  return { status: response.status, body };
}

/** Creates a key, by default for all namespaces. */
export async function newKey(
  scopes: Scope[],
  namespace?: string,
): Promise<{ id: string; key: string }> {
  const { body } = await askAdmin('POST', 'keys', { body: { scopes, namespace } });
  return { id: String(body.id), key: String(body.key) };
}

/** Waits until the directory lists an account, and returns its path below /admin. */
export async function pathOfAccount({
  url,
  namespace,
  email,
}: Pick<User, 'url' | 'namespace' | 'email'>): Promise<string> {
  const path = `${namespace}/accounts`;
  const query = `address=${encodeURIComponent(email)}`;
  let ids: string[] = [];
  await eventually(async () => {
    const { body } = await askAdmin('GET', `${path}?${query}`, { url });
    ids = (body.accounts as { id: string }[]).map(({ id }) => id);
    expect(ids).toHaveLength(1);
  });
  return `${path}/${ids[0]}`;
}
