import { inject } from 'vitest';

export const NAMESPACE = 'todo';
export const PASSWORD = 'a long enough passphrase';

/** A signed-in account that only one test uses. */
export interface User {
  url: string;
  namespace: string;
  email: string;
  session_uuid: string;
}

export const uniqueEmail = (): string => `${crypto.randomUUID()}@example.com`;

/** A dev server may close a keep-alive connection just as the next request uses it. */
const NO_KEEP_ALIVE = { Connection: 'close' };

const JSON_HEADERS = { 'Content-Type': 'application/json', ...NO_KEEP_ALIVE };

export async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { ...JSON_HEADERS, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export const bearer = (session_uuid: string): Record<string, string> => ({
  Authorization: `Bearer ${session_uuid}`,
});

export async function signIn(user: Omit<User, 'session_uuid'>): Promise<User> {
  const credentials = { email: user.email, password: PASSWORD };
  const response = await post(`${user.url}/${user.namespace}/sign-in`, credentials);
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
  const { session_uuid } = (await response.json()) as { session_uuid: string };
  return { ...user, session_uuid };
}

/** Signs up a new user, and signs them in if that did not. */
export async function newUser(options: Partial<Omit<User, 'session_uuid'>> = {}): Promise<User> {
  const user = { url: inject('url'), namespace: NAMESPACE, email: uniqueEmail(), ...options };
  const credentials = { email: user.email, password: PASSWORD };
  const response = await post(`${user.url}/${user.namespace}/sign-up`, credentials);
  if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
  const { session_uuid } = (await response.json()) as { session_uuid?: string };
  return session_uuid ? { ...user, session_uuid } : signIn(user);
}

export async function session(user: User) {
  const headers = { ...NO_KEEP_ALIVE, ...bearer(user.session_uuid) };
  const response = await fetch(`${user.url}/api/session`, { headers });
  return (await response.json()) as {
    session: { uuid: string; created_at: string; expires_at: string; data: unknown };
    user: { email: string; created_at: string; durable_object_name: string };
  };
}

/** Calls an account route as a user. */
export async function ask(user: User, method: string, route: string, body?: unknown) {
  const response = await fetch(`${user.url}/${user.namespace}/${route}`, {
    method,
    headers: { ...JSON_HEADERS, ...bearer(user.session_uuid) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
  return { status: response.status, body: answer };
}
