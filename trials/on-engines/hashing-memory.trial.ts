import { expect, inject, onTestFinished, test } from 'vitest';
import { NAMESPACE, newUser, PASSWORD, post } from '../../test/helpers/requests/users.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';
import { growthDuring } from '../memory.ts';

const AT_ONCE = 100;

/** One instance has 20 MB, and one for each hashing room would have 640; requests come on top. */
const MAX_GROWTH = 200_000_000;

test('a crowd that signs in at once shares one memory for hashes', async () => {
  const server = await startServer({ vars: { AUTH_REQUESTS_PER_MINUTE: 0 } });
  onTestFinished(() => server.stop());
  const { email } = await newUser({ url: server.url });
  const signIn = () => post(`${server.url}/${NAMESPACE}/sign-in`, { email, password: PASSWORD });
  const statuses: number[] = [];
  const grown = await growthDuring(server.pid, async () => {
    const responses = await Promise.all(Array.from({ length: AT_ONCE }, signIn));
    statuses.push(...responses.map(({ status }) => status));
  });
  const megabytes = (grown / 1e6).toFixed(0);
  console.log(`${inject('engine')}: ${AT_ONCE} sign-ins at once take ${megabytes} MB`);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  expect(grown).toBeLessThan(MAX_GROWTH);
});
