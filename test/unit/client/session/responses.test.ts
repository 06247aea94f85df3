import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createMergeableStore } from 'tinybase';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HttpClient } from '../../../../client/api/http-client.ts';
import { ServerClock } from '../../../../client/api/server-clock.ts';
import { type Client, createClient } from '../../../../client/client.ts';
import { CurrentSession } from '../../../../client/session/current-session.ts';
import { SafeStorage } from '../../../../client/session/safe-storage.ts';
import { manualSync } from '../../../../client/sync/manual-sync.ts';
import { TICKET } from '../../../../src/protocol/http-api/response-examples.ts';
import { memoryStorage } from '../../../helpers/devices/clients.ts';

const SESSION = {
  session_uuid: 'a-session',
  user: { email: 'ada@example.com', created_at: '2026-01-01', login_time: '2026-01-01' },
};
const CREDENTIALS = { email: 'ada@example.com', password: 'correct horse battery' };
const PAGE = '<!doctype html><title>Sign in to this network</title>';

/** A signed-in client for which `answer` stands in place of the server. */
function clientBehind(answer: () => Response): Client {
  const url = 'https://sync.example.com';
  const storage = memoryStorage();
  storage.setItem(`tinyhost:${url}/todo`, JSON.stringify(SESSION));
  return createClient({ url, namespace: 'todo', storage, fetch: async () => answer() });
}

const CALLS: [name: string, call: (client: Client) => Promise<unknown>][] = [
  ['signUp', (client) => client.signUp(CREDENTIALS)],
  ['signIn', (client) => client.signIn(CREDENTIALS)],
  ['session', (client) => client.session()],
  ['sessions', (client) => client.sessions()],
  ['revokeSession', (client) => client.revokeSession('an-id')],
  ['revokeOtherSessions', (client) => client.revokeOtherSessions()],
  ['changePassword', (client) => client.changePassword({ current_password: '', new_password: '' })],
  ['requestReset', (client) => client.requestReset(CREDENTIALS.email)],
  ['resetPassword', (client) => client.resetPassword({ token: '', new_password: '' })],
  ['requestVerification', (client) => client.requestVerification()],
  ['verifyAddress', (client) => client.verifyAddress('')],
  ['exportAccount', (client) => client.exportAccount()],
  ['deleteAccount', (client) => client.deleteAccount(CREDENTIALS.password)],
];

const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status });
const text =
  (body: string, status = 200) =>
  () =>
    new Response(body, { status });

const STRANGERS: [what: string, answer: () => Response][] = [
  ['a page with 200', text(PAGE)],
  ['a page with 401', text(PAGE, 401)],
  ['a page with 403', text(PAGE, 403)],
  ['a page with 404', text(PAGE, 404)],
  ['a page with 502', text(PAGE, 502)],
  ['nothing with 204', () => new Response(null, { status: 204 })],
  ['nothing with 200', text('')],
  ['JSON that is cut off', text('{"success":true,"session_uuid":"a","user":{"email":"ad')],
  ['null', json(null)],
  ['a list', json([])],
  ['JSON of another service', json({ status: 'ok', user: { name: 'Ada' }, sessions: [1] })],
  ['a failure with 200', json({ success: false, message: 'no' })],
  ['a refusal with 200', json({ error: 'unauthorized', message: 'who are you?' })],
  ['a refusal of a gateway', json({ message: 'Unauthorized' }, 401)],
  ['a refusal of a framework', json({ status: 401, error: 'Unauthorized', message: '' }, 401)],
];

test.each(STRANGERS)(
  'each call rejects %s as invalid, and nobody is signed out',
  async (_, answer) => {
    for (const [name, call] of CALLS) {
      const client = clientBehind(answer);
      const failure = await call(client).then(
        () => 'resolved',
        (error: unknown) => error,
      );
      expect(failure, name).toMatchObject({ code: 'invalid_answer', status: answer().status });
      expect(client.currentSession?.session_uuid, name).toBe('a-session');
    }
  },
);

test('a session ends only after an unauthorized error with status 401', async () => {
  const refusal = { error: 'unauthorized', message: 'this session has ended' };
  const odd = clientBehind(json(refusal, 403));
  await expect(odd.session()).rejects.toMatchObject({ status: 403 });
  expect(odd.currentSession).toBeDefined();
  const ended = clientBehind(json(refusal, 401));
  await expect(ended.session()).rejects.toMatchObject({ code: 'unauthorized' });
  expect(ended.currentSession).toBeUndefined();
});

test('a sign-up without a session in its response leaves the current session alone', async () => {
  const older = clientBehind(json({ success: true, message: 'Account created successfully' }));
  await expect(older.signUp(CREDENTIALS)).resolves.toBeUndefined();
  expect(older.currentSession).toEqual(SESSION);
});

test('the clock ignores responses that are not from TinyHost', async () => {
  vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') });
  onTestFinished(() => void vi.useRealTimers());
  const headers = { Date: 'Fri, 01 Jan 2027 00:00:00 GMT' };
  const portal = clientBehind(() => new Response(PAGE, { headers }));
  await portal.signUp(CREDENTIALS).catch(() => undefined);
  expect(portal.now()).toBe(Date.now());
  const server = clientBehind(() => Response.json({ success: true, message: '' }, { headers }));
  await server.signUp(CREDENTIALS);
  expect(server.now()).toBeGreaterThan(Date.now());
});

/** The URL of a server that is not TinyHost. */
async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}/todo`);
}

const httpOf = (url: URL) => new HttpClient(`${url}`, fetch, new ServerClock());

test('a response that the network cuts off is invalid', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 100 });
    response.write('{"ticket":"a","expires_at":"b"}', () => response.destroy());
  });
  const call = httpOf(url).call('ws-ticket', TICKET);
  await expect(call).rejects.toMatchObject({ code: 'invalid_answer', status: 200 });
});

test('the page of a portal that redirects is invalid', async () => {
  const url = await serve((request, response) => {
    if (request.url !== '/login') response.writeHead(302, { Location: '/login' });
    response.end(PAGE);
  });
  const call = httpOf(url).call('ws-ticket', TICKET);
  await expect(call).rejects.toMatchObject({ code: 'invalid_answer', status: 200 });
});

test.each([
  ['null, as for a body that is no JSON', 200, null],
  ['JSON of another shape', 200, { success: true, mergeableContent: {} }],
  ['a page with 502', 502, null],
])('an upload with XMLHttpRequest rejects %s as invalid', async (_, status, body) => {
  class Answered {
    readonly upload = {};
    readonly status = status;
    readonly response = body;
    onloadend?(): void;
    open() {}
    setRequestHeader() {}
    getResponseHeader = () => null;
    send() {
      queueMicrotask(() => this.onloadend?.());
    }
  }
  vi.stubGlobal('XMLHttpRequest', Answered);
  onTestFinished(() => void vi.unstubAllGlobals());
  const clock = new ServerClock();
  const url = new URL('https://sync.example.com/todo');
  const sessions = new CurrentSession('key', new SafeStorage(undefined));
  const http = new HttpClient(`${url}`, fetch, clock);
  const copies = new Set<never>();
  const context = { http, sessions, clock, copies, WebSocket: undefined, supportsTickets: true };
  const { signal } = new AbortController();
  const options = { signal, onProgress: () => undefined };
  const exchange = manualSync(context, SESSION, createMergeableStore(), options);
  await expect(exchange).rejects.toMatchObject({ code: 'invalid_answer', status });
});
