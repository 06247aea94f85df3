import { expect, inject } from 'vitest';
import { OPERATOR_KEY } from '../../../src/edge/openapi/examples.ts';
import type { Scope } from '../../../src/protocol/http-api/operator-keys.ts';
import { eventually } from './eventually.ts';
import { bearer, session, type User } from './users.ts';

interface Details {
  key?: string;
  /** JSON, or a string that is sent unchanged. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Sends a request below `/admin`, with OPERATOR_KEY unless another key is given. */
export function fetchAdmin(
  method: string,
  path: string,
  { key = OPERATOR_KEY, body, headers = {} }: Details = {},
): Promise<Response> {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const common = { 'Content-Type': 'application/json', Connection: 'close', ...bearer(key) };
  const init = { method, headers: { ...common, ...headers }, body: text ?? null };
  return fetch(`${inject('url')}/admin${path}`, init);
}

/** The same, for responses of JSON or without a body. */
export async function askAdmin(method: string, path: string, details: Details = {}) {
  const response = await fetchAdmin(method, path, details);
  const text = await response.text();
  const body: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  return { status: response.status, body };
}

/** Creates a key. */
export async function newKey(
  scopes: Scope[],
  namespace?: string,
): Promise<{ id: string; key: string }> {
  const { body } = await askAdmin('POST', '/keys', { body: { scopes, namespace } });
  return { id: String(body.id), key: String(body.key) };
}

/** Returns the path of a user's account below `/admin`, once the directory has it. */
export async function listedAccount(user: User): Promise<string> {
  const { durable_object_name } = (await session(user)).user;
  const path = `/${user.namespace}/accounts/${durable_object_name}`;
  await eventually(async () => {
    expect((await fetchAdmin('HEAD', `${path}/store`)).status).toBe(200);
  });
  return path;
}
