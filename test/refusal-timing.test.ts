import { expect, onTestFinished, test } from 'vitest';
import { addressHash } from '../src/auth/accounts.ts';
import { startServer } from './helpers/dev-server.ts';
import { rankTest } from './helpers/rank-test.ts';
import { NAMESPACE, newUser, post, uniqueEmail } from './helpers/users.ts';

const TRIES_EACH = 40;

/** Beyond this many standard deviations, chance is out of the question: one of a million cases. */
const CERTAIN = 5;

/** What `accountShard` gives, without a promise for each of many addresses. */
const shardOf = (email: string): string => addressHash(NAMESPACE, email).slice(0, 3);

/** An address without an account, in the auth room of this account: one room is as warm as itself. */
function neighbourOf(email: string): string {
  const shard = shardOf(email);
  for (;;) {
    const neighbour = uniqueEmail();
    if (shardOf(neighbour) === shard) return neighbour;
  }
}

/** In an order that follows nothing, so that whatever else the machine does slows both alike. */
const shuffled = <Value>(values: Value[]): Value[] =>
  values
    .map((value) => ({ value, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value);

/** Least, quartiles and greatest. */
const spread = (times: number[]): string => {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!.toFixed(0);
  return `${[0, 0.25, 0.5, 0.75, 1].map(at).join(', ')} ms`;
};

test('a wrong password and an unknown address are refused alike, and as late', async ({
  annotate,
}) => {
  const vars = { SIGN_IN_FAILURES: 0, AUTH_REQUESTS_PER_MINUTE: 0 };
  const server = await startServer({ vars });
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });
  const tries: Array<{ kind: 'known' | 'unknown'; email: string }> = [];
  for (let count = 0; count < TRIES_EACH; count += 1) {
    tries.push({ kind: 'known', email: user.email });
    tries.push({ kind: 'unknown', email: neighbourOf(user.email) });
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
  const distributions = `known: ${spread(took.known)}; unknown: ${spread(took.unknown)}`;
  await annotate(distributions);
  const deviations = rankTest(took.known, took.unknown);
  expect(Math.abs(deviations), distributions).toBeLessThan(CERTAIN);
}, 120_000);
