import { createHash } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import {
  NAMESPACE,
  newUser,
  PASSWORD,
  post,
  signIn,
  uniqueEmail,
} from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** Returns the log lines of rooms and edge, without the dev server's own output. */
const eventsIn = (output: string): Array<Record<string, unknown>> =>
  [...output.matchAll(/^.*?(\{"time".*\})\s*$/gm)].map(([, line]) => JSON.parse(line!));

test('every event is one line of JSON, with its engine and the kind of its room', async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const user = await signIn(await newUser({ url: server.url }));
  await (await connectDevice(user)).disconnect();
  const told = () =>
    eventsIn(server.output()).map(({ engine, room, event }) => [engine, room, event].join(' '));
  const engine = inject('engine');
  const expected = [
    'auth sign-up',
    'auth sign-in',
    'user start',
    'user connect',
    'user disconnect',
  ];
  await expect
    .poll(told, { timeout: 10_000 })
    .toEqual(expect.arrayContaining(expected.map((event) => `${engine} ${event}`)));
  for (const secret of [user.email, user.session_uuid]) {
    expect(server.output()).not.toContain(secret);
  }
});

test('no client can forge a log line', async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const line = '{"time":"2026-01-01T00:00:00.000Z","event":"forged"}';
  const headers = { 'User-Agent': line, 'CF-Connecting-IP': line, 'X-Forwarded-For': line };
  const user = await newUser({ url: server.url });
  for (const text of [line, `\r\n${line}\r\n`, `"}\u2028${line}\u0000`]) {
    const requests: Array<[path: string, body: unknown]> = [
      [`${NAMESPACE}/sign-in`, { email: text, password: text }],
      [`${NAMESPACE}/sign-in`, { email: user.email, password: text }],
      [`${encodeURIComponent(text)}/sign-in`, { email: user.email, password: PASSWORD }],
      [`${NAMESPACE}/reset-password`, { token: text, new_password: text }],
      [`${NAMESPACE}/sign-out?sessionUuid=${encodeURIComponent(text)}`, ''],
    ];
    for (const [path, body] of requests) {
      expect((await post(`${server.url}/${path}`, body, headers)).status).toBeLessThan(500);
    }
  }
  await newUser({ url: server.url });
  const signUps = () => eventsIn(server.output()).filter(({ event }) => event === 'sign-up');
  await expect.poll(signUps).toHaveLength(2);
  const events = eventsIn(server.output());
  expect(events.filter(({ event }) => event === 'forged')).toEqual([]);
  expect(events.filter(({ event }) => event === 'sign-in').length).toBeGreaterThan(2);
});

test('a network has the same keyed pseudonym at the edge and in all auth rooms', async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const address = '198.51.100.7';
  const headers = { 'CF-Connecting-IP': address };
  const signIn = (body: unknown) => post(`${server.url}/${NAMESPACE}/sign-in`, body, headers);
  await signIn({});
  for (let count = 0; count < 3; count += 1) {
    await signIn({ email: uniqueEmail(), password: PASSWORD });
  }
  const told = () => eventsIn(server.output()).filter(({ network }) => network !== undefined);
  // The auth room logs each sign-in, and the edge logs its refusal.
  await expect.poll(() => told().length).toBe(7);
  const [pseudonym, ...others] = new Set(told().map(({ network }) => network));
  expect(others).toEqual([]);
  const hash = createHash('sha256').update(address).digest('hex');
  expect(pseudonym).not.toBe(hash.slice(0, 16));
});

test('refusals are logged with code and pseudonym, and a flood of them as a few lines with a count', async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });
  const unknown = `${user.session_uuid.slice(0, -4)}0000`;
  const token = { Authorization: `Bearer ${unknown}`, 'CF-Connecting-IP': '198.51.100.7' };
  const ask = (path: string, init?: RequestInit) => fetch(`${server.url}/${path}`, init);
  expect((await ask('api/session', { headers: token })).status).toBe(401);
  expect((await ask(`${NAMESPACE}/ws?sessionUuid=${unknown}`, { headers: token })).status).toBe(
    426,
  );
  expect((await ask(`${NAMESPACE}/sign-in`, { method: 'POST', body: '{' })).status).toBe(400);
  await Promise.all(Array.from({ length: 100 }, () => ask(`${unknown}/nowhere`)));
  const refused = (outcome: string) =>
    eventsIn(server.output()).filter(
      (line) => line.event === 'refused' && line.outcome === outcome,
    );
  await expect.poll(() => refused('not_found').length).toBeGreaterThanOrEqual(30);
  expect(refused('not_found').length).toBeLessThan(60);
  const who = { session: expect.stringMatching(/^\w{16}$/), network: expect.any(String) };
  const guess = { email: uniqueEmail(), password: PASSWORD };
  await post(`${server.url}/${NAMESPACE}/sign-in`, guess, { 'CF-Connecting-IP': '198.51.100.7' });
  const signIns = () => eventsIn(server.output()).filter(({ event }) => event === 'sign-in');
  // Rooms and the edge use the same pseudonym for a network.
  await expect.poll(() => signIns().at(-1)?.network).toBe(refused('unauthorized')[0]!.network);
  expect(refused('unauthorized')).toEqual([
    expect.objectContaining({ method: 'GET', route: '/api/session', ...who }),
  ]);
  expect(refused('upgrade_required')).toEqual([
    expect.objectContaining({ ...who, session: refused('unauthorized')[0]!.session }),
  ]);
  expect(refused('invalid_json')).toEqual([
    expect.objectContaining({ method: 'POST', route: '/:namespace/sign-in' }),
  ]);
  // Dev servers also print the paths of requests.
  const lines = JSON.stringify(eventsIn(server.output()));
  for (const secret of [unknown, user.session_uuid, '198.51.100.7']) {
    expect(lines).not.toContain(secret);
  }
});
