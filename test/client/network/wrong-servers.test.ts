import { expect, inject, test } from 'vitest';
import { TinyHostError } from '../../../client/errors.ts';
import { connect, makeClient, signedInClient, untilStatus } from '../../helpers/devices/clients.ts';
import { HttpStore } from '../../helpers/devices/http-store.ts';
import { NAMESPACE, PASSWORD, uniqueEmail } from '../../helpers/requests/users.ts';

const url = inject('url');
const page = (status: number) =>
  new Response('<!doctype html><title>Welcome</title>', {
    status,
    headers: { 'Content-Type': 'text/html' },
  });

/** A response whose body ends in the middle, with an error of the network. */
function cutOff(): Response {
  const text = '{"ticket":"5c30b9d2f74a1e8c6350d9e7b1f428ac05d","expires_at":"2026-';
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      setTimeout(() => controller.error(new TypeError('terminated')), 10);
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'application/json' } });
}

const endlessRedirect = () => Promise.reject(new TypeError('redirect count exceeded'));

test.each<[what: string, code: string, answer: () => Response | Promise<Response>]>([
  ['a page with 200', 'invalid_answer', () => page(200)],
  ['a page with 401', 'invalid_answer', () => page(401)],
  ['a page with 404', 'invalid_answer', () => page(404)],
  ['a response that is cut off', 'invalid_answer', cutOff],
  ['a redirect without an end', 'network', endlessRedirect],
])('while the server is replaced by %s, edits and session are kept', async (_, code, answer) => {
  let stranger: typeof answer | undefined;
  const client = await signedInClient({
    fetch: async (input, init) => stranger?.() ?? fetch(input, init),
  });
  stranger = answer;
  const connection = connect(client);
  connection.store.setCell('tasks', 'a', 'title', 'kept');
  await untilStatus(connection, 'offline');
  expect(connection.state.reason).toBeInstanceOf(TinyHostError);
  expect(connection.state).toMatchObject({ saved: false, reason: { code } });
  await expect(client.session()).rejects.toMatchObject({ code });
  expect(client.currentSession).toBeDefined();
  stranger = undefined;
  connection.resume();
  await connection.saved();
  const user = { url, namespace: NAMESPACE, email: '', ...client.currentSession! };
  expect(await new HttpStore(user).read('/tables')).toEqual({ tasks: { a: { title: 'kept' } } });
});

/** A storage that always holds this session. */
const storageOf = (session: unknown) => ({
  getItem: () => JSON.stringify(session),
  setItem: () => undefined,
  removeItem: () => undefined,
});

test('a path where there is no TinyHost is an error with a code, for calls and connections', async () => {
  const wrong = `${url}/not-there`;
  const call = makeClient({ url: wrong }).signUp({ email: uniqueEmail(), password: PASSWORD });
  await expect(call).rejects.toMatchObject({ name: 'TinyHostError', code: 'not_found' });
  const session = (await signedInClient()).currentSession!;
  const client = makeClient({ url: wrong, storage: storageOf(session) });
  const connection = connect(client);
  await untilStatus(connection, 'refused');
  expect(connection.state.reason).toMatchObject({ code: 'not_found', status: 404 });
  expect(client.currentSession).toEqual(session);
});

test('a host that does not exist is a network error, and nobody is signed out', async () => {
  const session = (await signedInClient()).currentSession!;
  const client = makeClient({
    url: 'http://no-such-host.invalid',
    storage: storageOf(session),
  });
  await expect(client.session()).rejects.toMatchObject({ code: 'network', status: 0 });
  expect(client.currentSession).toEqual(session);
});

test('a namespace that cannot be is refused before any request', () => {
  const wrong = () => makeClient({ namespace: 'My App' });
  expect(wrong).toThrow(TinyHostError);
  expect(wrong).toThrow('namespace "My App" has to be 1 to 63 of a-z, 0-9 and -');
});
