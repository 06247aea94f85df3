import { expect, inject, onTestFinished, test } from 'vitest';
import { startServer } from './helpers/dev-server.ts';
import { connectDevice } from './helpers/devices.ts';
import { newUser } from './helpers/users.ts';

test('every event is one line of JSON, with its engine and the kind of its room', async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });
  await (await connectDevice(user)).disconnect();
  const events = () =>
    [...server.output().matchAll(/^.*?(\{"time".*\})\s*$/gm)].map(([, line]) => JSON.parse(line!));
  const told = () => events().map(({ engine, room, event }) => [engine, room, event].join(' '));
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
