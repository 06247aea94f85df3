import { expect, inject, onTestFinished, test } from 'vitest';
import { NAMESPACE, newUser, PASSWORD, post } from '../../test/helpers/requests/users.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';
import { peakGrowth } from '../memory.ts';

const AT_ONCE = 100;

/** One Argon2 instance takes 20 MB; one per hashing room would take 640 MB. Requests add to it. */
const MAX_GROWTH = 200_000_000;

test('concurrent sign-ins share one Argon2 memory', async () => {
  const server = await startServer({ vars: { AUTH_REQUESTS_PER_MINUTE: 0 } });
  onTestFinished(() => server.stop());
  const { email } = await newUser({ url: server.url });
  const signIn = () => post(`${server.url}/${NAMESPACE}/sign-in`, { email, password: PASSWORD });
  const statuses: number[] = [];
  const grown = await peakGrowth(server.pid, async () => {
    const responses = await Promise.all(Array.from({ length: AT_ONCE }, signIn));
    statuses.push(...responses.map(({ status }) => status));
  });
  const megabytes = (grown / 1e6).toFixed(0);
  console.log(`${inject('engine')}: ${AT_ONCE} concurrent sign-ins take ${megabytes} MB`);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  expect(grown).toBeLessThan(MAX_GROWTH);
});
