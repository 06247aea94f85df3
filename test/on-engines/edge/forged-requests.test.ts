import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { openSocket } from '../../helpers/requests/open-socket.ts';
import {
  ask,
  bearer,
  newUser,
  PASSWORD,
  post,
  session,
  type User,
  uniqueEmail,
} from '../../helpers/requests/users.ts';

const url = inject('url');

const write = (user: User, path: string, body: string) =>
  fetch(`${user.url}/${user.namespace}/${path}`, {
    method: 'PUT',
    headers: { ...bearer(user.session_uuid), 'Content-Type': 'application/json' },
    body,
  });

const dataOf = async (user: User) => (await ask(user, 'GET', 'store/tables')).body;

/** The headers that the edge sends to rooms, forged by a client for another user. */
const forgedFor = (hash: string, room: string): Record<string, string> => ({
  'X-TinyHost-Device': JSON.stringify({
    session_hash: hash,
    expires_at: '2099-01-01T00:00:00.000Z',
    protocol: 'sync',
  }),
  'X-TinyHost-Path': '/tables/other',
  'X-PartyKit-Room': room,
  'X-PartyKit-Namespace': 'user',
  'X-PartyKit-Party': 'user',
  'X-Forwarded-Host': 'elsewhere.example',
  'X-Original-URL': `/parties/user/${room}/store`,
});

test('headers that only the edge may set have no effect from outside', async () => {
  const [victim, thief] = [await newUser(), await newUser()];
  await write(victim, 'store/tables', '{"other":{"row":{"cell":"secret"}}}');
  const { sessions } = (await ask(victim, 'GET', 'sessions')).body as {
    sessions: { id: string }[];
  };
  const room = (await session(victim)).user.durable_object_name;
  const forged = forgedFor(sessions[0]!.id, room);
  expect((await fetch(`${url}/todo/store`, { headers: forged })).status).toBe(401);
  expect((await fetch(`${url}/parties/user/${room}/store`, { headers: forged })).status).toBe(401);
  const own = { ...forged, ...bearer(thief.session_uuid) };
  const read = await fetch(`${url}/todo/store`, { headers: own });
  expect(await read.text()).not.toContain('secret');
  const socket = new WebSocket(`${url.replace('http', 'ws')}/todo/ws`, { headers: forged });
  const [, refused] = await once(
    socket.on('error', () => undefined),
    'unexpected-response',
  );
  expect(refused.statusCode).toBe(401);
  socket.terminate();
});

test('a method in a header or in the query is ignored', async () => {
  const user = await newUser();
  await write(user, 'store/tables', '{"t":{"r":{"c":1}}}');
  for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
    const headers = { ...bearer(user.session_uuid), [name]: 'DELETE' };
    const read = await fetch(`${url}/todo/store/tables?_method=DELETE`, { headers });
    expect(await read.json()).toEqual({ t: { r: { c: 1 } } });
  }
  expect(await dataOf(user)).toEqual({ t: { r: { c: 1 } } });
});

test('TRACE returns nothing of a request', async () => {
  const headers = { Authorization: 'Bearer secret', 'X-Secret': 'secret' };
  for (const path of ['/', '/health', '/todo/sign-in', '/nothing']) {
    const asked = request(`${url}${path}`, { method: 'TRACE', headers }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(await textOf(response)).not.toContain('secret');
  }
});

test('rooms for hashing, counting and mail cannot be reached from outside', async () => {
  const user = await newUser();
  const headers = bearer(user.session_uuid);
  const operations = [
    ['hash-0', 'hash', { password: PASSWORD }],
    ['hash-0', 'verify', { password: PASSWORD, hash: '$scrypt$ln=1,r=1,p=1$AAAA$AAAA' }],
    ['net-000', 'admit', { network: 'x' }],
    ['mail-000', 'admit-mail', { address: 'x', network: 'x', known: true }],
    ['000', 'session', { session_uuid: user.session_uuid }],
    ['000', 'redeem-ticket', { ticket: 'x' }],
  ] as const;
  for (const [room, operation, body] of operations) {
    for (const path of [`auth/${room}/${operation}`, `auth/${room}%2F${operation}`]) {
      const response = await post(`${url}/parties/${path}`, body, headers);
      expect(response.status, path).toBeGreaterThanOrEqual(400);
      expect(response.status, path).toBeLessThan(500);
      expect(await response.text()).not.toContain('"hash"');
    }
    expect(await openSocket(`${url.replace('http', 'ws')}/parties/auth/${room}`)).not.toBe('open');
  }
});

test('ids that are names of prototype members work like any other id', async () => {
  const user = await newUser();
  const body = '{"__proto__":{"constructor":{"toString":1}},"hasOwnProperty":{"r":{"valueOf":2}}}';
  expect((await write(user, 'store/tables', body)).status).toBe(204);
  const path = 'store/tables/__proto__/constructor/toString';
  expect((await ask(user, 'GET', path)).body).toBe(1);
  expect((await ask(user, 'GET', 'store/tables/constructor')).status).toBe(404);
  const device = await connectDevice(user);
  await expect.poll(() => device.store.getCell('hasOwnProperty', 'r', 'valueOf')).toBe(2);
});

test.each(['NaN', 'Infinity', '-Infinity', '1e400', '-1e400', '9007199254740993'])(
  'a store refuses the number %s in every kind of body',
  async (number) => {
    const user = await newUser();
    const headers = { ...bearer(user.session_uuid), 'Content-Type': 'application/json' };
    const bodies: Array<[method: string, path: string, body: string]> = [
      ['PUT', 'store/tables', `{"t":{"r":{"c":${number}}}}`],
      ['PATCH', 'store/values', `{"v":${number}}`],
      ['POST', 'manual-sync', `{"mergeableContent":[[{},"",0],[{"v":[${number},"1",0]},"",0]]}`],
    ];
    for (const [method, path, body] of bodies) {
      const response = await fetch(`${url}/todo/${path}`, { method, headers, body });
      expect(response.status, path).toBe(400);
    }
    expect(await dataOf(user)).toEqual({});
  },
);

test('a lone surrogate is refused in an address, and harmless in a password or a store', async () => {
  const refused = await post(`${url}/todo/sign-up`, {
    email: `\ud800${uniqueEmail()}`,
    password: PASSWORD,
  });
  expect(refused.status).toBe(400);
  const credentials = { email: uniqueEmail(), password: `a long passphrase \ud800` };
  expect((await post(`${url}/todo/sign-up`, credentials)).status).toBe(200);
  expect((await post(`${url}/todo/sign-in`, credentials)).status).toBe(200);
  const user = await newUser();
  await write(user, 'store/values', '{"text":"a\\ud800b"}');
  expect((await ask(user, 'GET', 'store/values/text')).body).toBe('a\ud800b');
});

/** Sends bytes, and returns the response when the server closes the connection or stops sending. */
async function answersTo(bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  let answers = '';
  socket.on('data', (data) => {
    answers += data;
  });
  socket.write(bytes);
  const closed = once(socket, 'close');
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1_500))]);
  socket.destroy();
  return answers;
}

const HIDDEN = 'DELETE /hidden/store HTTP/1.1\r\nHost: x\r\n\r\n';

test.each([
  ['two different lengths', `Content-Length: 2\r\nContent-Length: ${2 + HIDDEN.length}`, '{}'],
  ['a list of lengths', `Content-Length: 2, ${2 + HIDDEN.length}`, '{}'],
  ['an invalid length', 'Content-Length: +2', '{}'],
  [
    'a length beside chunks',
    'Content-Length: 4\r\nTransfer-Encoding: chunked',
    '2\r\n{}\r\n0\r\n\r\n',
  ],
  ['an unknown coding', 'Transfer-Encoding: xchunked', '2\r\n{}\r\n0\r\n\r\n'],
])('a request with %s is interpreted in one way or refused', async (_, lengths, body) => {
  const head = `POST /todo/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${lengths}`;
  const answers = await answersTo(`${head}\r\n\r\n${body}${HIDDEN}`);
  const statuses = [...answers.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
  // If the first request is answered, the rest is a separate request of this client.
  expect(statuses.length).toBeLessThanOrEqual(2);
  for (const status of statuses) expect(status).toBeGreaterThanOrEqual(400);
});
