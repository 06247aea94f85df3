import { createHash } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { openSocket } from '../../helpers/requests/open-socket.ts';
import {
  ask,
  bearer,
  newUser,
  PASSWORD,
  post,
  session,
  signIn,
  type User,
} from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const UNAUTHORIZED = { status: 401, body: { error: 'unauthorized' } };
const idOf = (user: User) => createHash('sha256').update(user.session_uuid).digest('hex');

describe('the list of sessions', () => {
  test('shows every session of the account and marks the requesting one', async () => {
    const first = await newUser();
    const second = await signIn(first);
    const { status, body } = await ask(second, 'GET', 'sessions');
    expect(status).toBe(200);
    const day = new Date().toISOString().slice(0, 10);
    const entry = {
      created_at: expect.any(String),
      last_used_on: day,
      expires_at: expect.any(String),
      user_agent: 'Node',
    };
    expect(body.sessions).toHaveLength(2);
    expect(body.sessions).toEqual(
      expect.arrayContaining([
        { id: idOf(first), current: false, ...entry },
        { id: idOf(second), current: true, ...entry },
      ]),
    );
  });

  test('can end one session, which voids its token and closes its sockets', async () => {
    const first = await newUser();
    const second = await signIn(first);
    const device = await connectDevice(first);
    const revoked = await ask(second, 'DELETE', `sessions/${idOf(first)}`);
    expect(revoked).toMatchObject({ status: 200, body: { success: true } });
    expect(await device.closed).toEqual(CLOSE.sessionEnded);
    expect(await ask(first, 'GET', 'session')).toMatchObject(UNAUTHORIZED);
    expect(await ask(second, 'GET', 'session')).toMatchObject({ status: 200 });
    const again = await ask(second, 'DELETE', `sessions/${idOf(first)}`);
    expect(again).toMatchObject({ status: 404, body: { error: 'not_found', field: 'id' } });
    const endless = await ask(second, 'DELETE', `sessions/${'0'.repeat(4_000)}`);
    expect(endless).toMatchObject({ status: 404, body: { error: 'not_found', field: 'id' } });
  });

  test('can end all other sessions and close their sockets', async () => {
    const first = await newUser();
    const second = await signIn(first);
    const [ended, kept] = [await connectDevice(first), await connectDevice(second)];
    expect(await ask(second, 'DELETE', 'sessions')).toMatchObject({ status: 200 });
    expect(await ended.closed).toEqual(CLOSE.sessionEnded);
    expect(await ask(first, 'GET', 'session')).toMatchObject(UNAUTHORIZED);
    kept.store.setValue('still', 'here');
    const witness = await connectDevice(second);
    await expect.poll(() => witness.store.getValue('still')).toBe('here');
  });

  test("cannot end another user's session", async () => {
    const [one, other] = [await newUser(), await newUser()];
    expect(await ask(other, 'DELETE', `sessions/${idOf(one)}`)).toMatchObject({ status: 404 });
    expect(await ask(one, 'GET', 'session')).toMatchObject({ status: 200 });
  });
});

test('if a recent sign-in is required, the password in the body is accepted instead', async () => {
  const server = await startServer({ vars: { REVOKE_NEEDS_PROOF_MINUTES: 0.0001 } });
  onTestFinished(() => server.stop());
  const first = await newUser({ url: server.url });
  const second = await signIn(first);
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const path of [`sessions/${idOf(first)}`, 'sessions']) {
    const refused = await ask(second, 'DELETE', path);
    expect(refused).toMatchObject({ status: 403, body: { error: 'proof_needed' } });
    const malformed = await ask(second, 'DELETE', path, { password: 1 });
    expect(malformed).toMatchObject({ status: 400, body: { field: 'password' } });
  }
  expect(await ask(first, 'GET', 'session')).toMatchObject({ status: 200 });
  const proof = { password: PASSWORD };
  expect(await ask(second, 'DELETE', 'sessions', proof)).toMatchObject({ status: 200 });
  expect(await ask(first, 'GET', 'session')).toMatchObject(UNAUTHORIZED);
});

describe('a ticket', () => {
  const socketUrl = (user: User, query: string) =>
    `${user.url.replace('http', 'ws')}/${user.namespace}/ws?${query}`;

  async function ticketOf(user: User): Promise<string> {
    const { body } = await ask(user, 'POST', 'ws-ticket');
    expect(Date.parse(String(body.expires_at)) - Date.now()).toBeLessThanOrEqual(30_000);
    expect(body.heartbeat_seconds).toEqual(expect.any(Number));
    return String(body.ticket);
  }

  test('opens one socket instead of the session token, once', async () => {
    const user = await newUser();
    const url = socketUrl(user, `ticket=${await ticketOf(user)}`);
    expect(await openSocket(url)).toBe('open');
    expect(await openSocket(url)).toBe(401);
  });

  test('opens only one of many concurrent sockets', async () => {
    const user = await newUser();
    const url = socketUrl(user, `ticket=${await ticketOf(user)}`);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => openSocket(url)));
    expect(outcomes.filter((outcome) => outcome === 'open')).toHaveLength(1);
  });

  test('also opens the address of the room itself', async () => {
    const user = await newUser();
    const room = (await session(user)).user.durable_object_name;
    const base = `${user.url.replace('http', 'ws')}/parties/user`;
    expect(await openSocket(`${base}/${room}?ticket=${await ticketOf(user)}`)).toBe('open');
    const stranger = await newUser();
    expect(await openSocket(`${base}/${room}?ticket=${await ticketOf(stranger)}`)).toBe(403);
  });

  test('is refused as a session token, in another namespace, and together with a token', async () => {
    const user = await newUser();
    const ticket = await ticketOf(user);
    expect(await ask({ ...user, session_uuid: ticket }, 'GET', 'session')).toMatchObject(
      UNAUTHORIZED,
    );
    const both = `ticket=${ticket}&sessionUuid=${user.session_uuid}`;
    expect(await openSocket(socketUrl(user, both))).toBe(400);
    expect(await openSocket(socketUrl(user, `ticket=${user.session_uuid}`))).toBe(401);
    expect(await openSocket(socketUrl(user, 'ticket=nonsense'))).toBe(401);
    const elsewhere = { ...user, namespace: 'elsewhere' };
    expect(await openSocket(socketUrl(elsewhere, `ticket=${ticket}`))).toBe(401);
  });

  test('is void after its session', async () => {
    const user = await newUser();
    const ticket = await ticketOf(user);
    await post(`${user.url}/${user.namespace}/sign-out`, '', bearer(user.session_uuid));
    expect(await openSocket(socketUrl(user, `ticket=${ticket}`))).toBe(401);
  });
});
