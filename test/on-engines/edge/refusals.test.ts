import { describe, expect, inject, test } from 'vitest';
import {
  bearer,
  NAMESPACE,
  newUser,
  PASSWORD,
  post,
  uniqueEmail,
} from '../../helpers/requests/users.ts';

const url = inject('url');

async function expectRefusal(response: Response, status: number, error: string, field?: string) {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/json');
  const body = (await response.json()) as { error: string; message: string };
  expect(body).toMatchObject(field ? { error, field } : { error });
  expect(body.message).toEqual(expect.any(String));
  expect(JSON.stringify(body)).not.toMatch(/\bat \S+ \(|\.ts:\d+/);
}

describe.each(['sign-up', 'sign-in'])('%s', (route) => {
  const send = (body: unknown) => post(`${url}/${NAMESPACE}/${route}`, body);
  const valid = () => ({ email: uniqueEmail(), password: PASSWORD });

  test.each([
    ['an empty body', '', 'invalid_json'],
    ['invalid JSON', '{"email":', 'invalid_json'],
    ['an array', '[]', 'bad_request'],
    ['a string', '"text"', 'bad_request'],
    ['null', 'null', 'bad_request'],
    ['arrays in arrays', '['.repeat(5_000) + ']'.repeat(5_000), 'bad_request'],
  ])('refuses %s', async (_, body, error) => {
    await expectRefusal(await send(body), 400, error);
  });

  test.each([
    ['no address', { email: undefined }, 'email'],
    ['an invalid address', { email: 'ada' }, 'email'],
    ['an address with a slash and a space', { email: 'a /b@example.com' }, 'email'],
    ['an address of 10,000 characters', { email: `${'a'.repeat(9_988)}@example.com` }, 'email'],
    ['an address that is a number', { email: 5 }, 'email'],
    ['an address that is an object', { email: { toString: 'x' } }, 'email'],
    ['no password', { password: undefined }, 'password'],
    ['an empty password', { password: '' }, 'password'],
    ['a password that is a list', { password: ['secret'] }, 'password'],
  ])('names the field for %s', async (_, change, field) => {
    await expectRefusal(await send({ ...valid(), ...change }), 400, 'invalid_field', field);
  });

  test('refuses a body of 33 MB', async () => {
    const body = JSON.stringify({ ...valid(), padding: 'x'.repeat(33_000_000) });
    await expectRefusal(await send(body), 413, 'payload_too_large');
  });

  test('ignores a __proto__ key', async () => {
    const { email, password } = valid();
    const body = `{"__proto__":{"email":"${email}"},"password":"${password}"}`;
    await expectRefusal(await send(body), 400, 'invalid_field', 'email');
  });
});

test.each([
  '-todo',
  'Todo',
  'to%20do',
  'to%2Fdo',
  'to.do',
  '%F0%9F%8D%8E',
  'ä',
  'x'.repeat(64),
  'x'.repeat(10_000),
])('refuses the namespace %.20s', async (namespace) => {
  const body = { email: uniqueEmail(), password: PASSWORD };
  await expectRefusal(await post(`${url}/${namespace}/sign-up`, body), 400, 'invalid_field');
});

test.each(['api', 'health', 'assets', 'party', 'parties'])('has no namespace %s', async (name) => {
  const body = { email: uniqueEmail(), password: PASSWORD };
  const response = await post(`${url}/${name}/sign-up`, body);
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.status).toBeLessThan(500);
});

test.each([
  ['none', {}],
  ['empty', { Authorization: 'Bearer ' }],
  ['of another scheme', { Authorization: 'Basic YTpi' }],
  ['not a UUID', { Authorization: 'Bearer 12345' }],
  ['a UUID of another version', { 'X-Session-UUID': crypto.randomUUID() }],
  ['one that was never issued', { 'X-Session-UUID': '00000000-0000-8000-8000-000000000000' }],
])('a token that is %s is unauthorized', async (_, headers) => {
  const response = await fetch(`${url}/api/session`, { headers: headers as HeadersInit });
  await expectRefusal(response, 401, 'unauthorized');
});

test('two different tokens are ambiguous', async () => {
  const [one, two] = [await newUser(), await newUser()];
  const headers = { ...bearer(one.session_uuid), 'X-Session-UUID': two.session_uuid };
  await expectRefusal(await fetch(`${url}/api/session`, { headers }), 400, 'ambiguous_token');
});

test('an unknown path is 404, and an unsupported method is 405', async () => {
  await expectRefusal(await fetch(`${url}/todo/nothing`), 404, 'not_found');
  await expectRefusal(await fetch(`${url}/no/such/path`), 404, 'not_found');
  const response = await fetch(`${url}/todo/sign-in`);
  expect(response.headers.get('allow')).toBe('POST');
  await expectRefusal(response, 405, 'method_not_allowed');
});

test('a plain request to a socket endpoint is told to upgrade', async () => {
  await expectRefusal(await fetch(`${url}/todo/ws`), 426, 'upgrade_required');
});
