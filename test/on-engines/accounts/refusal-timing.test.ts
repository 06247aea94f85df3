import { expect, onTestFinished, test } from 'vitest';
import { rankTest } from '../../helpers/requests/rank-test.ts';
import {
  formatQuartiles,
  MAX_DEVIATIONS,
  shuffled,
  unknownInSameRoom,
} from '../../helpers/requests/timing.ts';
import { NAMESPACE, newUser, post } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const TRIES_EACH = 40;

test('a wrong password and an unknown address are refused alike and after the same time', async ({
  annotate,
}) => {
  const vars = { SIGN_IN_FAILURES: 0, AUTH_REQUESTS_PER_MINUTE: 0 };
  const server = await startServer({ vars });
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });
  const tries: Array<{ kind: 'known' | 'unknown'; email: string }> = [];
  for (let count = 0; count < TRIES_EACH; count += 1) {
    tries.push({ kind: 'known', email: user.email });
    tries.push({ kind: 'unknown', email: unknownInSameRoom(user.email) });
  }

  const took = { known: [] as number[], unknown: [] as number[] };
  const answers = new Set<string>();
  for (const { kind, email } of shuffled(tries)) {
    const start = performance.now();
    const credentials = { email, password: 'not the password' };
    const response = await post(`${server.url}/${NAMESPACE}/sign-in`, credentials);
    answers.add(`${response.status} ${await response.text()}`);
    took[kind].push(performance.now() - start);
  }

  expect([...answers]).toEqual([expect.stringContaining('401')]);
  const distributions = `known: ${formatQuartiles(took.known)}; unknown: ${formatQuartiles(took.unknown)}`;
  await annotate(distributions);
  const deviations = rankTest(took.known, took.unknown);
  expect(Math.abs(deviations), distributions).toBeLessThan(MAX_DEVIATIONS);
}, 120_000);
