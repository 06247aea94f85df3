import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { DevServer } from '../../dev/dev-server.ts';
import { rankTest } from '../../test/helpers/requests/rank-test.ts';
import { CERTAIN, neighbourOf, shuffled, spread } from '../../test/helpers/requests/timing.ts';
import { NAMESPACE, PASSWORD, post, uniqueEmail } from '../../test/helpers/requests/users.ts';
import { type Mailbox, startMailbox } from '../../test/helpers/servers/mailbox.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';

/** Whether the time of an answer tells if there is an account, where mail goes to it. */

const ACCOUNTS = 80;

/** Of the five mails that an address gets in an hour, one has gone out before. */
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

/** An account, and an address without one: both have had a mail, so all their rooms are awake. */
async function newPair(): Promise<Record<Kind, string>> {
  const known = uniqueEmail();
  const unknown = neighbourOf(known);
  await signUp(known);
  await requestReset(unknown);
  return { known, unknown };
}

/** Times all of them in an order of chance, and says by how much those of accounts are later. */
async function compare(title: string, tries: Try[], run: (email: string) => Promise<Response>) {
  const took: Record<Kind, number[]> = { known: [], unknown: [] };
  const answers = new Set<string>();
  for (const { kind, email } of shuffled(tries)) {
    const start = performance.now();
    const response = await run(email);
    answers.add(`${response.status} ${await response.text()}`);
    took[kind].push(performance.now() - start);
    // What follows an answer would otherwise be in the time of the next one.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const deviations = rankTest(took.known, took.unknown);
  const spreads = `known ${spread(took.known, 2)}; unknown ${spread(took.unknown, 2)}`;
  console.log(`${inject('engine')}, ${title}: ${spreads}; ${deviations.toFixed(1)} deviations`);
  return { answers: [...answers], deviations };
}

test('a request for a reset takes as long for an address without an account', async () => {
  const tries: Try[] = [];
  for (let count = 0; count < ACCOUNTS; count += 1) {
    const { known, unknown } = await newPair();
    for (let mail = 0; mail < MAILS_LEFT; mail += 1) {
      tries.push({ kind: 'known', email: known }, { kind: 'unknown', email: unknown });
    }
  }
  const { answers, deviations } = await compare('request-reset', tries, requestReset);
  expect(answers).toEqual([expect.stringContaining('200')]);
  expect(Math.abs(deviations)).toBeLessThan(CERTAIN);
});

test('a sign-up takes as long for an address that is taken', async () => {
  const tries: Try[] = [];
  for (let count = 0; count < ACCOUNTS; count += 1) {
    const { known, unknown } = await newPair();
    tries.push({ kind: 'known', email: known }, { kind: 'unknown', email: unknown });
  }
  const { answers, deviations } = await compare('sign-up', tries, signUp);
  expect(answers).toEqual([expect.stringContaining('200')]);
  expect(Math.abs(deviations)).toBeLessThan(CERTAIN);
});
