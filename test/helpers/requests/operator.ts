import { expect, inject } from 'vitest';
import { OPERATOR_KEY } from '../../../src/edge/openapi/examples.ts';
import { eventually } from './eventually.ts';
import type { User } from './users.ts';

interface AdminRequest {
  url?: string;
  key?: string;
  body?: unknown;
}

/** Calls a route below /admin, with OPERATOR_KEY unless the request says otherwise. */
export async function askAdmin(
  method: string,
  path: string,
  { url = inject('url'), key = OPERATOR_KEY, body }: AdminRequest = {},
) {
  const response = await fetch(`${url}/admin/${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${key}`,
      Connection: 'close',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  return { status: response.status, body: answer };
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
