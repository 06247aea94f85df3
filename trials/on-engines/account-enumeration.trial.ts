import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { DevServer } from '../../dev/dev-server.ts';
import { rankTest } from '../../test/helpers/requests/rank-test.ts';
import {
  formatQuartiles,
  MAX_DEVIATIONS,
  shuffled,
  unknownInSameRoom,
} from '../../test/helpers/requests/timing.ts';
import { NAMESPACE, PASSWORD, post, uniqueEmail } from '../../test/helpers/requests/users.ts';
import { type Mailbox, startMailbox } from '../../test/helpers/servers/mailbox.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';

/** Response times must not reveal whether an account exists, even if the request sends a mail. */

const ACCOUNTS = 80;

/** The limit is five mails per address and hour, and `newPair` sends the first one. */
const MAILS_LEFT = 4;

let mailbox: Mailbox;
let server: DevServer;

beforeAll(async () => {
  mailbox = await startMailbox();
  const settings = { EMAIL_VERIFICATION: 'required', HIDE_ACCOUNTS: 'on' };
  const vars = { ...mailbox.vars, ...settings, AUTH_REQUESTS_PER_MINUTE: 0 };
  server = await startServer({ vars });
});
afterAll(async () => {
  await server.stop();
  await mailbox.close();
});

const send = (route: string, body: object) => post(`${server.url}/${NAMESPACE}/${route}`, body);

const signUp = (email: string) => send('sign-up', { email, password: PASSWORD });

type Kind = 'known' | 'unknown';

const requestReset = (email: string) => send('request-reset', { email });

interface Try {
  kind: Kind;
  email: string;
}

/** Creates an account, and an address without one. A first mail to each wakes all their rooms. */
async function newPair(): Promise<Record<Kind, string>> {
  const known = uniqueEmail();
  const unknown = unknownInSameRoom(known);
  await signUp(known);
  await requestReset(unknown);
  return { known, unknown };
}

/** Times all tries in random order, and compares known with unknown addresses by a rank test. */
async function compare(title: string, tries: Try[], run: (email: string) => Promise<Response>) {
  const took: Record<Kind, number[]> = { known: [], unknown: [] };
  const answers = new Set<string>();
  for (const { kind, email } of shuffled(tries)) {
    const start = performance.now();
    const response = await run(email);
    answers.add(`${response.status} ${await response.text()}`);
    took[kind].push(performance.now() - start);
    // Let work that continues after the response finish, so that the next time excludes it.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const deviations = rankTest(took.known, took.unknown);
  const spreads = `known ${formatQuartiles(took.known, 2)}; unknown ${formatQuartiles(took.unknown, 2)}`;
  console.log(`${inject('engine')}, ${title}: ${spreads}; ${deviations.toFixed(1)} deviations`);
  return { answers: [...answers], deviations };
}

test('a reset request takes the same time with and without an account', async () => {
  const tries: Try[] = [];
  for (let count = 0; count < ACCOUNTS; count += 1) {
    const { known, unknown } = await newPair();
    for (let mail = 0; mail < MAILS_LEFT; mail += 1) {
      tries.push({ kind: 'known', email: known }, { kind: 'unknown', email: unknown });
    }
  }
  const { answers, deviations } = await compare('request-reset', tries, requestReset);
  expect(answers).toEqual([expect.stringContaining('200')]);
  expect(Math.abs(deviations)).toBeLessThan(MAX_DEVIATIONS);
});

test('a sign-up takes the same time for a new address and for a taken one', async () => {
  const tries: Try[] = [];
  for (let count = 0; count < ACCOUNTS; count += 1) {
    const { known, unknown } = await newPair();
    tries.push({ kind: 'known', email: known }, { kind: 'unknown', email: unknown });
  }
  const { answers, deviations } = await compare('sign-up', tries, signUp);
  expect(answers).toEqual([expect.stringContaining('200')]);
  expect(Math.abs(deviations)).toBeLessThan(MAX_DEVIATIONS);
});
