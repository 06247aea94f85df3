import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DevServer } from '../../../dev/dev-server.ts';
import {
  ask,
  NAMESPACE,
  newUser,
  PASSWORD,
  post,
  uniqueEmail,
} from '../../helpers/requests/users.ts';
import { type BreachService, startBreachService } from '../../helpers/servers/breach-service.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const BREACHED = 'an owl that everybody knows';

let service: BreachService;
let server: DevServer;

beforeAll(async () => {
  service = await startBreachService([BREACHED]);
  const vars = { BREACHED_PASSWORDS_URL: service.url, AUTH_REQUESTS_PER_MINUTE: 0 };
  server = await startServer({ vars });
});
afterAll(async () => {
  await server.stop();
  await service.close();
});
beforeEach(() => {
  service.requests = [];
  service.failure = undefined;
});

const signUp = (password: string) =>
  post(`${server.url}/${NAMESPACE}/sign-up`, { email: uniqueEmail(), password });

test('a breached password is refused at sign-up', async () => {
  const response = await signUp(BREACHED);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: 'invalid_field', field: 'password' });
  expect((await signUp(PASSWORD)).status).toBe(200);
});

test('a breached password is refused as a new password', async () => {
  const user = await newUser({ url: server.url });
  const change = { current_password: PASSWORD, new_password: BREACHED };
  expect(await ask(user, 'POST', 'change-password', change)).toMatchObject({
    status: 400,
    body: { error: 'invalid_field', field: 'new_password' },
  });
});

test('the service receives 5 digits of a hash, answers with equal length, and is not asked at sign-in', async () => {
  const user = await newUser({ url: server.url });
  const prefix = createHash('sha1').update(PASSWORD).digest('hex').slice(0, 5).toUpperCase();
  expect(service.requests).toEqual([{ path: `/range/${prefix}`, padding: 'true' }]);
  expect(user.session_uuid).toBeTruthy();
});

test.each([
  ['answers with an error', (response) => void response.writeHead(503).end()],
  [
    'redirects',
    (response) => void response.writeHead(302, { location: 'https://evil.example/' }).end(),
  ],
  ['breaks the connection', (response) => void response.destroy()],
  ['never answers', () => undefined],
  ['never ends its response', (response) => void response.write('0'.repeat(99))],
  ['sends a huge response', (response) => void response.end('0'.repeat(2_000_000))],
] satisfies Array<[string, BreachService['failure']]>)(
  'no password is refused if the service %s',
  async (_, broken) => {
    service.failure = broken;
    expect((await signUp(BREACHED)).status).toBe(200);
    expect(service.requests).toHaveLength(1);
  },
);

test('a failure of the service is logged, without the password', async () => {
  await expect.poll(() => server.output()).toContain('"event":"breach-service-failed"');
  expect(server.output()).not.toContain(BREACHED);
});
