import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createMergeableStore } from 'tinybase';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { DevServer } from '../../../dev/dev-server.ts';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { socketUrl } from '../../helpers/devices/devices.ts';
import { socketOutcome } from '../../helpers/requests/open-socket.ts';
import {
  ask,
  bearer,
  NAMESPACE,
  newUser,
  PASSWORD,
  post,
  signIn,
  type User,
  uniqueEmail,
} from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const WRONG = 'not the password';

const times = <Value>(count: number, run: (index: number) => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

describe('password guessing', () => {
  const LIMITS = { SIGN_IN_FAILURES: 3, AUTH_REQUESTS_PER_MINUTE: 25 };
  let server: DevServer;
  let addresses = 0;

  beforeAll(async () => {
    server = await startServer({ vars: LIMITS });
  });
  afterAll(() => server.stop());

  /** Sets the network address of the client, as the engine's own proxy does. */
  const nextAddress = () => ({ 'cf-connecting-ip': `198.51.100.${++addresses}` });

  const tryPassword = (email: string, password: string, headers: Record<string, string>) =>
    post(`${server.url}/${NAMESPACE}/sign-in`, { email, password }, headers);

  test('over many connections allows no more guesses than over one, and locks out nobody else', async () => {
    const user = await newUser({ url: server.url });
    for (const email of [user.email, uniqueEmail()]) {
      const attacker = nextAddress();
      const guesses = await times(8, () => tryPassword(email, WRONG, attacker));
      const statuses = guesses.map(({ status }) => status).sort();
      expect(statuses).toEqual([401, 401, 401, 429, 429, 429, 429, 429]);
      const locked = await tryPassword(email, PASSWORD, attacker);
      expect(locked.status).toBe(429);
      const wait = Number(locked.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(15 * 60);
      expect(await locked.json()).toEqual({
        error: 'too_many_requests',
        message: expect.any(String),
      });
    }
    expect((await tryPassword(user.email, PASSWORD, nextAddress())).status).toBe(200);
  });

  test('with a stolen session is counted for that session', async () => {
    const user = await newUser({ url: server.url });
    const wrong = { current_password: WRONG, new_password: 'another long passphrase' };
    expect(await ask(user, 'POST', 'change-password', wrong)).toMatchObject({ status: 401 });
    expect(await ask(user, 'POST', 'delete-account', { password: WRONG })).toMatchObject({
      status: 401,
    });
    expect(await ask(user, 'POST', 'change-password', wrong)).toMatchObject({ status: 401 });
    const right = { ...wrong, current_password: PASSWORD };
    expect(await ask(user, 'POST', 'change-password', right)).toMatchObject({ status: 429 });
    expect(await ask(user, 'POST', 'delete-account', { password: PASSWORD })).toMatchObject({
      status: 429,
    });
    expect(await ask(user, 'GET', 'session')).toMatchObject({ status: 200 });
    expect((await tryPassword(user.email, PASSWORD, nextAddress())).status).toBe(200);
  });

  test('of many accounts from one network address is stopped too', async () => {
    const headers = nextAddress();
    const tries = await times(LIMITS.AUTH_REQUESTS_PER_MINUTE + 5, () =>
      post(`${server.url}/${NAMESPACE}/sign-up`, { email: uniqueEmail(), password: 'x' }, headers),
    );
    const refused = tries.filter(({ status }) => status === 429);
    const others = tries.filter(({ status }) => status === 400);
    expect([others.length, refused.length]).toEqual([LIMITS.AUTH_REQUESTS_PER_MINUTE, 5]);
    const wait = Number(refused[0]!.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
  });
});

describe('races', () => {
  test('exactly one of many concurrent sign-ups with an address succeeds', async () => {
    const email = uniqueEmail();
    const url = inject('url');
    const passwords = Array.from({ length: 6 }, (_, index) => `the passphrase number ${index}`);
    const answers = await times(6, async (index) => {
      const response = await post(`${url}/${NAMESPACE}/sign-up`, {
        email,
        password: passwords[index],
      });
      return { status: response.status, body: await response.text() };
    });
    const statuses = answers.map(({ status }) => status);
    // The bodies say whether the service answered, or the engine's own proxy.
    expect([...statuses].sort(), JSON.stringify(answers)).toEqual([200, 409, 409, 409, 409, 409]);
    const winner = { email, password: passwords[statuses.indexOf(200)] };
    expect((await post(`${url}/${NAMESPACE}/sign-in`, winner)).status).toBe(200);
  });

  test('exactly one of ten concurrent password changes succeeds', async () => {
    const user = await newUser();
    const passwords = Array.from({ length: 10 }, (_, index) => `the passphrase number ${index}`);
    const changes = await Promise.all(
      passwords.map((new_password) =>
        ask(user, 'POST', 'change-password', { current_password: PASSWORD, new_password }),
      ),
    );
    const statuses = changes.map(({ status }) => status);
    expect([...statuses].sort()).toEqual([200, ...Array<number>(9).fill(401)]);
    const { url, namespace, email } = user;
    const credentials = { email, password: passwords[statuses.indexOf(200)] };
    expect((await post(`${url}/${namespace}/sign-in`, credentials)).status).toBe(200);
    await expect(signIn(user)).rejects.toThrow('401');
  });

  test('no session survives a deletion that races with signing in', async () => {
    const user = await newUser();
    const signIns = times(4, () => signIn(user).catch(() => undefined));
    expect(await ask(user, 'POST', 'delete-account', { password: PASSWORD })).toMatchObject({
      status: 200,
    });
    for (const late of (await signIns).filter((session) => session !== undefined)) {
      expect(await ask(late, 'GET', 'session')).toMatchObject({ status: 401 });
    }
    await expect(signIn(user)).rejects.toThrow('401');
  });

  test('no socket survives a deletion that races with connecting', async () => {
    const user = await newUser();
    let isThrough = false;
    const deletion = ask(user, 'POST', 'delete-account', { password: PASSWORD }).finally(() => {
      isThrough = true;
    });
    const ends: Array<Promise<number>> = [];
    while (!isThrough) {
      ends.push(socketOutcome(socketUrl(user)));
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    expect(await deletion).toMatchObject({ status: 200 });
    const codes = new Set([...(await Promise.all(ends)), await socketOutcome(socketUrl(user))]);
    expect(codes).toEqual(new Set([CLOSE.accountDeleted.code, 401]));
  });

  test('an upload that began before a deletion is refused when it is complete', async () => {
    const user = await newUser();
    const content = createMergeableStore().setValue('v', 1).getMergeableContent();
    const body = JSON.stringify({ mergeableContent: content });
    const upload = request(`${user.url}/${NAMESPACE}/manual-sync`, {
      method: 'POST',
      headers: { ...bearer(user.session_uuid), 'Content-Length': body.length },
    });
    const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
    upload.write(body.slice(0, 10));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await ask(user, 'POST', 'delete-account', { password: PASSWORD })).toMatchObject({
      status: 200,
    });
    upload.end(body.slice(10));
    const [{ statusCode }] = await answered;
    expect(statusCode).toBe(401);
  });

  test('no session with the old password survives a password change that races with signing in', async () => {
    const user = await newUser();
    const signIns = times(4, () => signIn(user).catch(() => undefined));
    const change = { current_password: PASSWORD, new_password: 'another long passphrase' };
    expect(await ask(user, 'POST', 'change-password', change)).toMatchObject({ status: 200 });
    for (const late of (await signIns).filter((session) => session !== undefined)) {
      expect(await ask(late, 'GET', 'session')).toMatchObject({ status: 401 });
    }
    expect(await ask(user, 'GET', 'session')).toMatchObject({ status: 200 });
  });
});

describe('a token', () => {
  const ROUTES: ReadonlyArray<[method: string, route: string, body?: object]> = [
    ['GET', 'session'],
    ['GET', 'sessions'],
    ['DELETE', 'sessions'],
    ['DELETE', `sessions/${'0'.repeat(64)}`],
    ['POST', 'ws-ticket'],
    ['POST', 'change-password', { current_password: PASSWORD, new_password: 'a new passphrase' }],
    ['POST', 'request-verification'],
    ['POST', 'delete-account', { password: PASSWORD }],
    ['GET', 'export'],
    ['POST', 'manual-sync', {}],
    ['POST', 'sign-out'],
  ];

  async function expectUseless(user: User) {
    for (const [method, route, body] of ROUTES) {
      expect({ route, ...(await ask(user, method, route, body)) }).toMatchObject({
        route,
        status: 401,
        body: { error: 'unauthorized' },
      });
    }
  }

  test('of one namespace is refused in another', async () => {
    const user = await newUser();
    await expectUseless({ ...user, namespace: 'elsewhere' });
    expect(await ask(user, 'GET', 'session')).toMatchObject({ status: 200 });
  });

  test('is refused after signing out, and so is an invented one', async () => {
    const user = await newUser();
    await post(`${user.url}/${user.namespace}/sign-out`, '', bearer(user.session_uuid));
    await expectUseless(user);
    const { session_uuid } = user;
    const invented = `${session_uuid.slice(0, -1)}${session_uuid.endsWith('0') ? '1' : '0'}`;
    await expectUseless({ ...user, session_uuid: invented });
  });
});

describe('hostile input', () => {
  const url = inject('url');

  test.each([
    ['reset-password', { token: 'x'.repeat(10_000), new_password: PASSWORD }, 'token'],
    ['reset-password', { token: '../../outbox:', new_password: PASSWORD }, 'token'],
    ['reset-password', { token: ['a'], new_password: PASSWORD }, 'token'],
    ['reset-password', { token: crypto.randomUUID() }, 'new_password'],
    ['verify-address', { token: { $ne: null } }, 'token'],
    ['verify-address', { token: '' }, 'token'],
    ['request-reset', { email: ['a@example.com'] }, 'email'],
    ['change-password', { current_password: 1, new_password: PASSWORD }, 'current_password'],
    [
      'change-password',
      { current_password: 'a', new_password: 'b', end_other_sessions: 'no' },
      'end_other_sessions',
    ],
    ['delete-account', { password: null }, 'password'],
  ])('gets a clear refusal from %s: %j', async (route, body, field) => {
    const response = await post(`${url}/${NAMESPACE}/${route}`, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ field });
  });

  test('is refused as a password if it is too long, too short to see or too common', async () => {
    for (const password of ['\u{1f511}'.repeat(257), '\u200b'.repeat(20), '\ufdfa', 'abcd1234']) {
      const credentials = { email: uniqueEmail(), password };
      const response = await post(`${url}/${NAMESPACE}/sign-up`, credentials);
      expect(await response.json()).toMatchObject({ error: 'invalid_field', field: 'password' });
    }
    const faces = Array.from({ length: 256 }, (_, index) => 0x1f600 + ((index * 31) % 67));
    const longest = { email: uniqueEmail(), password: String.fromCodePoint(...faces) };
    expect((await post(`${url}/${NAMESPACE}/sign-up`, longest)).status).toBe(200);
    expect((await post(`${url}/${NAMESPACE}/sign-in`, longest)).status).toBe(200);
  });

  test('is accepted as a password if it consists of control characters', async () => {
    const credentials = { email: uniqueEmail(), password: '\u0000\r\n\u001b[31m"}{\u2028' };
    expect((await post(`${url}/${NAMESPACE}/sign-up`, credentials)).status).toBe(200);
    expect((await post(`${url}/${NAMESPACE}/sign-in`, credentials)).status).toBe(200);
    const similar = { ...credentials, password: '\u0000\r\n\u001b[31m"}{' };
    expect((await post(`${url}/${NAMESPACE}/sign-in`, similar)).status).toBe(401);
  });
});
