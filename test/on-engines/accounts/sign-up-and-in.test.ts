import { describe, expect, inject, test } from 'vitest';
import {
  bearer,
  NAMESPACE,
  newUser,
  PASSWORD,
  post,
  session,
  signIn,
  uniqueEmail,
} from '../../helpers/requests/users.ts';

const url = inject('url');
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe.each([
  ['the namespace', `${url}/${NAMESPACE}`],
  ["the auth party's public URL", `${url}/parties/auth/${NAMESPACE}`],
])('through %s', (_, base) => {
  test('a user can sign up, sign in, read the session and sign out', async () => {
    const email = uniqueEmail();

    const signedUp = await post(`${base}/sign-up`, { email, password: PASSWORD });
    expect(signedUp.status).toBe(200);
    const created = (await signedUp.json()) as { session_uuid: string };
    expect(created).toEqual({
      success: true,
      message: 'Account created successfully',
      session_uuid: expect.stringMatching(UUID),
      user: { email, created_at: expect.any(String), login_time: expect.any(String) },
    });
    expect(Object.keys(created).slice(0, 2)).toEqual(['success', 'message']);

    const signedIn = await post(`${base}/sign-in`, { email, password: PASSWORD });
    expect(signedIn.status).toBe(200);
    const { session_uuid, user } = (await signedIn.json()) as {
      session_uuid: string;
      user: unknown;
    };
    expect(session_uuid).toMatch(UUID);
    expect(user).toEqual({
      email,
      created_at: expect.stringMatching(ISO_UTC),
      login_time: expect.stringMatching(ISO_UTC),
    });

    const described = await fetch(`${base}/session`, { headers: bearer(session_uuid) });
    expect(await described.json()).toEqual({
      session: {
        uuid: session_uuid,
        created_at: expect.stringMatching(ISO_UTC),
        expires_at: expect.stringMatching(ISO_UTC),
        data: null,
      },
      user: {
        email,
        created_at: expect.stringMatching(ISO_UTC),
        verified_at: null,
        durable_object_name: expect.stringMatching(UUID),
      },
    });

    const signedOut = await post(`${base}/sign-out`, '', bearer(session_uuid));
    expect(await signedOut.json()).toEqual({ success: true, message: expect.any(String) });
    const after = await fetch(`${base}/session`, { headers: bearer(session_uuid) });
    expect(after.status).toBe(401);
    expect(await after.json()).toEqual({ error: 'unauthorized', message: expect.any(String) });
  });
});

test('a session lasts a year', async () => {
  const { session: lasting } = await session(await newUser());
  const days = (Date.parse(lasting.expires_at) - Date.parse(lasting.created_at)) / 86_400_000;
  expect(days).toBeCloseTo(365, 2);
});

test('a session token is accepted in X-Session-UUID, also together with the same one in Authorization', async () => {
  const { session_uuid, email } = await newUser();
  const headers = { 'X-Session-UUID': session_uuid };
  for (const presented of [headers, { ...headers, ...bearer(session_uuid) }]) {
    const response = await fetch(`${url}/api/session`, { headers: presented });
    expect(await response.json()).toMatchObject({ user: { email } });
  }
});

test('an address is trimmed, compared without case, and returned as typed at sign-up', async () => {
  const typed = `Ada.${uniqueEmail()}`;
  await newUser({ email: ` ${typed} ` });
  const shouted = await signIn({ url, namespace: NAMESPACE, email: typed.toUpperCase() });
  expect((await session(shouted)).user.email).toBe(typed);
  const again = await post(`${url}/${NAMESPACE}/sign-up`, {
    email: typed.toLowerCase(),
    password: PASSWORD,
  });
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({ error: 'email_taken' });
});

test('an international address is the same account with the Unicode and the ASCII form of its domain', async () => {
  const local = `o'brien+${crypto.randomUUID()}`;
  const typed = await newUser({ email: `${local}@m\u00fcnchen.example` });
  const email = `${local}@xn--mnchen-3ya.example`;
  const sent = await signIn({ url, namespace: NAMESPACE, email });
  expect((await session(sent)).user).toEqual((await session(typed)).user);
  const again = await post(`${url}/${NAMESPACE}/sign-up`, { email, password: PASSWORD });
  expect(again.status).toBe(409);
});

test('a wrong password and an unknown address get the same response', async () => {
  const { email } = await newUser();
  const wrong = await post(`${url}/${NAMESPACE}/sign-in`, { email, password: 'not the password' });
  const unknown = await post(`${url}/${NAMESPACE}/sign-in`, {
    email: uniqueEmail(),
    password: PASSWORD,
  });
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(await wrong.text()).toBe(await unknown.text());
});

test('the same address in two namespaces belongs to two accounts', async () => {
  const email = uniqueEmail();
  const one = await newUser({ email, namespace: 'one' });
  const two = await newUser({ email, namespace: 'two' });
  const rooms = [await session(one), await session(two)].map((s) => s.user.durable_object_name);
  expect(new Set(rooms).size).toBe(2);
  const elsewhere = await fetch(`${url}/two/session`, { headers: bearer(one.session_uuid) });
  expect(elsewhere.status).toBe(401);
});

test('exactly one of two concurrent sign-ups with an address succeeds', async () => {
  const email = uniqueEmail();
  const attempts = Array.from({ length: 4 }, () =>
    post(`${url}/${NAMESPACE}/sign-up`, { email, password: PASSWORD }),
  );
  const statuses = (await Promise.all(attempts)).map((response) => response.status);
  expect(statuses.sort()).toEqual([200, 409, 409, 409]);
});
