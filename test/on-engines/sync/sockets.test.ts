import { once } from 'node:events';
import { expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { connectDevice, socketUrl } from '../../helpers/devices/devices.ts';
import { socketOutcome } from '../../helpers/requests/open-socket.ts';
import {
  ask,
  bearer,
  newUser,
  post,
  session,
  signIn,
  type User,
} from '../../helpers/requests/users.ts';

const wsUrl = inject('url').replace('http', 'ws');

/** Resolves with the status of the refusal and the error code in its body. */
async function refusalOf(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, { headers });
  socket.on('error', () => undefined);
  const [, response] = await once(socket, 'unexpected-response');
  let body = '';
  for await (const chunk of response) body += chunk;
  socket.terminate();
  return { status: response.statusCode, error: JSON.parse(body).error };
}

test('a socket without a valid session is refused', async () => {
  const user = await newUser({ namespace: 'one' });
  const unauthorized = { status: 401, error: 'unauthorized' };
  expect(await refusalOf(`${wsUrl}/one/ws`)).toEqual(unauthorized);
  expect(await refusalOf(`${wsUrl}/one/ws?sessionUuid=nonsense`)).toEqual(unauthorized);
  expect(await refusalOf(socketUrl({ ...user, namespace: 'two' }))).toEqual(unauthorized);
  expect(await refusalOf(`${wsUrl}/No/ws?sessionUuid=${user.session_uuid}`)).toEqual({
    status: 400,
    error: 'invalid_field',
  });
  const other = await newUser({ namespace: 'one' });
  expect(await refusalOf(`${socketUrl(user)}&sessionUuid=${other.session_uuid}`)).toEqual({
    status: 400,
    error: 'ambiguous_token',
  });
});

test("another user's room is refused, with any session", async () => {
  const [one, two] = [await newUser(), await newUser()];
  const { durable_object_name: room } = (await session(one)).user;
  const url = `${wsUrl}/parties/user/${room}`;
  expect(await refusalOf(url)).toEqual({ status: 401, error: 'unauthorized' });
  expect(await refusalOf(`${url}?sessionUuid=${two.session_uuid}`)).toEqual({
    status: 403,
    error: 'forbidden',
  });
});

test('no public path leads to a private operation of a room', async () => {
  const user = await newUser();
  const { durable_object_name: room } = (await session(user)).user;
  const token = `sessionUuid=${user.session_uuid}`;
  const headers = bearer(user.session_uuid);
  for (const path of ['connect', 'end-sessions', 'manual-sync', 'destroy', 'export']) {
    const response = await post(`${user.url}/parties/user/${room}/${path}?${token}`, {}, headers);
    expect(response.status).toBe(404);
    const main = await post(`${user.url}/party/${room}/${path}`, {}, headers);
    expect(main.status).toBe(404);
  }
  for (const path of ['hash', 'verify', 'admit', 'admit-mail', 'log-key', 'redeem-ticket']) {
    for (const place of ['parties/auth/log-key', 'parties/auth/hash-1', 'party/log-key', 'todo']) {
      expect((await post(`${user.url}/${place}/${path}`, {}, headers)).status).toBe(404);
    }
  }
});

test('signing out closes only the sockets of that session, with a specific close code', async () => {
  const user = await newUser();
  const other = await signIn(user);
  const device = await connectDevice(user);
  const kept = await connectDevice(other);
  const signedOut = await post(
    `${user.url}/${user.namespace}/sign-out`,
    '',
    bearer(user.session_uuid),
  );
  expect(signedOut.status).toBe(200);
  expect(await device.closed).toEqual(CLOSE.sessionEnded);
  expect(await refusalOf(socketUrl(user))).toEqual({ status: 401, error: 'unauthorized' });
  kept.store.setValue('still', 'here');
  const witness = await connectDevice(other);
  await expect.poll(() => witness.store.getValue('still')).toBe('here');
});

async function ticketUrl(user: User): Promise<string> {
  const { body } = await ask(user, 'POST', 'ws-ticket');
  return `${wsUrl}/${user.namespace}/ws?ticket=${body.ticket}`;
}

test.each([
  ['its token', async (user: User) => socketUrl(user)],
  ['tickets', ticketUrl],
])('no socket survives a sign-out that races with its connecting by %s', async (_, urlFor) => {
  const user = await newUser();
  const urls = await Promise.all(Array.from({ length: 8 }, () => urlFor(user)));
  const ends = urls.map(socketOutcome);
  const signOut = post(`${user.url}/${user.namespace}/sign-out`, '', bearer(user.session_uuid));
  for (const end of await Promise.all(ends)) expect([401, CLOSE.sessionEnded.code]).toContain(end);
  expect((await signOut).status).toBe(200);
});

test('the subprotocol of TinyBase is accepted if the client requests it', async () => {
  const socket = new WebSocket(socketUrl(await newUser()), 'tinybase');
  await once(socket, 'open');
  expect(socket.protocol).toBe('tinybase');
  socket.close();
});
