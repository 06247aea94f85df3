import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DevServer } from '../../../dev/dev-server.ts';
import { openSocket } from '../../helpers/requests/open-socket.ts';
import {
  ask,
  newUser,
  PASSWORD,
  post,
  signIn,
  type User,
  uniqueEmail,
} from '../../helpers/requests/users.ts';
import { type Mailbox, startMailbox } from '../../helpers/servers/mailbox.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const NEW = 'another long passphrase';

let mailbox: Mailbox;
let server: DevServer;

beforeAll(async () => {
  mailbox = await startMailbox();
  const vars = { ...mailbox.vars, EMAIL_VERIFICATION: 'required', AUTH_REQUESTS_PER_MINUTE: 0 };
  server = await startServer({ vars });
});
afterAll(async () => {
  await server.stop();
  await mailbox.close();
});

const send = (user: User, route: string, body: unknown) =>
  post(`${user.url}/${user.namespace}/${route}`, body);

const reset = (user: User, token: string) =>
  send(user, 'reset-password', { token, new_password: NEW });

describe('if addresses have to be verified', () => {
  test('nothing syncs before the verification, and everything does afterwards', async () => {
    const user = await newUser({ url: server.url });
    const mail = await mailbox.nextMailTo(user.email);
    expect(mail).toMatchObject({ purpose: 'verify-address', namespace: user.namespace });
    const socket = `${user.url.replace('http', 'ws')}/${user.namespace}/ws?sessionUuid=${user.session_uuid}`;
    expect(await openSocket(socket)).toBe(403);
    expect(await ask(user, 'POST', 'manual-sync', {})).toMatchObject({
      status: 403,
      body: { error: 'email_unverified' },
    });
    const verification = { token: mail.token };
    expect((await send(user, 'verify-address', verification)).status).toBe(401);
    expect(await openSocket(socket)).toBe(403);
    const withPassword = { ...verification, password: PASSWORD };
    expect((await send(user, 'verify-address', withPassword)).status).toBe(200);
    expect(await openSocket(socket)).toBe('open');
    expect(await ask(user, 'POST', 'verify-address', verification)).toMatchObject({
      status: 400,
      body: { error: 'invalid_token', field: 'token' },
    });
  });

  test('a new mail can be requested, and voids the token of the first', async () => {
    const user = await newUser({ url: server.url });
    const first = await mailbox.nextMailTo(user.email);
    expect(await ask(user, 'POST', 'request-verification')).toMatchObject({ status: 200 });
    const second = await mailbox.nextMailTo(user.email);
    const verify = ({ token }: { token: string }) => ask(user, 'POST', 'verify-address', { token });
    expect(await verify(first)).toMatchObject({ status: 400 });
    expect(await verify(second)).toMatchObject({ status: 200 });
  });
});

describe('a reset by mail', () => {
  test('sets a new password once and ends every session', async () => {
    const user = await newUser({ url: server.url });
    await mailbox.nextMailTo(user.email);
    expect((await send(user, 'request-reset', { email: user.email })).status).toBe(200);
    const { token } = await mailbox.nextMailTo(user.email);
    const statuses = (await Promise.all([reset(user, token), reset(user, token)])).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, 400]);
    expect((await reset(user, token)).status).toBe(400);
    expect(await ask(user, 'GET', 'session')).toMatchObject({ status: 401 });
    await expect(signIn(user)).rejects.toThrow('401');
    const { email } = user;
    expect((await send(user, 'sign-in', { email, password: NEW })).status).toBe(200);
  });

  test('accepts no token of another purpose or namespace', async () => {
    const user = await newUser({ url: server.url });
    const verification = await mailbox.nextMailTo(user.email);
    await send(user, 'request-reset', { email: user.email });
    const { token } = await mailbox.nextMailTo(user.email);
    for (const response of [
      await reset(user, verification.token),
      await reset({ ...user, namespace: 'elsewhere' }, token),
      await send(user, 'verify-address', { token }),
      await send({ ...user, namespace: 'elsewhere' }, 'verify-address', verification),
    ]) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: 'invalid_token' });
    }
    expect((await reset(user, token)).status).toBe(200);
  });

  test('is retried until the webhook accepts the mail', async () => {
    const user = await newUser({ url: server.url });
    await mailbox.nextMailTo(user.email);
    mailbox.pendingRefusals = 1;
    await send(user, 'request-reset', { email: user.email });
    const { token } = await mailbox.nextMailTo(user.email);
    expect(mailbox.refused).toContain(mailbox.accepted.at(-1));
    expect((await reset(user, token)).status).toBe(200);
  });

  test('answers a known and an unknown address alike', async () => {
    const user = await newUser({ url: server.url });
    const known = await send(user, 'request-reset', { email: user.email });
    const unknown = await send(user, 'request-reset', { email: uniqueEmail() });
    expect(unknown.status).toBe(known.status);
    expect(await unknown.json()).toEqual(await known.json());
  });

  test('contains nothing from the headers of the request', async () => {
    const user = await newUser({ url: server.url });
    await mailbox.nextMailTo(user.email);
    const headers = {
      Forwarded: 'host=evil.example;proto=http',
      Referer: 'https://evil.example/',
      'User-Agent': 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'evil.example',
    };
    await post(`${user.url}/${user.namespace}/request-reset`, { email: user.email }, headers);
    expect(await mailbox.nextMailTo(user.email)).toEqual({
      purpose: 'reset-password',
      namespace: user.namespace,
      to: user.email,
      token: expect.any(String),
      expires_at: expect.any(String),
    });
  });

  test.each([
    ['line breaks', 'ada@example.com\r\nBcc: eve@example.com'],
    ['a line break in the name', 'ada\n@example.com'],
    ['two addresses', 'ada@example.com,eve@example.com'],
    ['a display name', '"Ada" <ada@example.com>'],
    ['a null character', 'ada\u0000@example.com'],
  ])('refuses an address with %s, and so does sign-up', async (_, email) => {
    const user = { url: server.url, namespace: 'todo', email, session_uuid: '' };
    for (const response of [
      await send(user, 'request-reset', { email }),
      await send(user, 'sign-up', { email, password: PASSWORD }),
    ]) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: 'invalid_field', field: 'email' });
    }
  });
});

test("the server's output contains no token, address or password", async () => {
  const user = await newUser({ url: server.url });
  await mailbox.nextMailTo(user.email);
  await send(user, 'request-reset', { email: user.email });
  const { token } = await mailbox.nextMailTo(user.email);
  expect((await reset(user, token)).status).toBe(200);
  const output = server.output();
  expect(output).toContain('"event":"request-reset"');
  expect(mailbox.mails.length).toBeGreaterThan(0);
  for (const { token, to } of mailbox.mails) {
    expect(output).not.toContain(token);
    expect(output).not.toContain(to);
  }
  expect(output).not.toContain(PASSWORD);
  expect(output).not.toContain(NEW);
});
