import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import {
  ask,
  NAMESPACE,
  newUser,
  PASSWORD,
  post,
  signIn,
  type User,
  uniqueEmail,
} from '../../test/helpers/requests/users.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';

const engine = inject('engine');

/** Each round kills the server during four operations. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 39);

const NEW_PASSWORD = 'another long enough passphrase';

/** The status of a response; undefined if the server was killed before it responded. */
type Status = number | undefined;

const statusOf = (answer: Promise<{ status: number }>): Promise<Status> =>
  answer.then(
    ({ status }) => status,
    () => undefined,
  );

const signInStatus = async ({ url, namespace, email }: User, password: string): Promise<number> =>
  (await post(`${url}/${namespace}/sign-in`, { email, password })).status;

/** An operation that a kill interrupts. */
interface Operation {
  run(): Promise<{ status: number }>;
  /** Asserts after a restart that the operation was atomic, and returns its outcome. */
  check(answered: Status): Promise<'done' | 'not begun'>;
}

function signingUp(url: string): Operation {
  const user = { url, namespace: NAMESPACE, email: uniqueEmail(), session_uuid: '' };
  const run = () => post(`${url}/${NAMESPACE}/sign-up`, { email: user.email, password: PASSWORD });
  return {
    run,
    async check(answered) {
      const again = (await run()).status;
      expect([200, 409]).toContain(again);
      if (answered === 200) expect(again).toBe(409);
      expect(await signInStatus(user, PASSWORD)).toBe(200);
      return again === 409 ? 'done' : 'not begun';
    },
  };
}

async function changingPassword(url: string): Promise<Operation> {
  const user = await newUser({ url });
  const other = await signIn(user);
  const change = { current_password: PASSWORD, new_password: NEW_PASSWORD };
  return {
    run: () => ask(user, 'POST', 'change-password', change),
    async check(answered) {
      const entries = [await signInStatus(user, PASSWORD), await signInStatus(user, NEW_PASSWORD)];
      const isDone = entries[1] === 200;
      expect(entries).toEqual(isDone ? [401, 200] : [200, 401]);
      if (answered === 200) expect(isDone).toBe(true);
      expect((await ask(user, 'GET', 'session')).status).toBe(200);
      expect((await ask(other, 'GET', 'session')).status).toBe(isDone ? 401 : 200);
      return isDone ? 'done' : 'not begun';
    },
  };
}

async function revokingOthers(url: string): Promise<Operation> {
  const user = await newUser({ url });
  const others = [await signIn(user), await signIn(user)];
  return {
    run: () => ask(user, 'DELETE', 'sessions'),
    async check(answered) {
      const statuses = await Promise.all(
        others.map(async (other) => (await ask(other, 'GET', 'session')).status),
      );
      expect(new Set(statuses).size).toBe(1);
      if (answered === 200) expect(statuses[0]).toBe(401);
      expect((await ask(user, 'GET', 'session')).status).toBe(200);
      return statuses[0] === 401 ? 'done' : 'not begun';
    },
  };
}

async function deleting(url: string): Promise<Operation> {
  const user = await newUser({ url });
  return {
    run: () => ask(user, 'POST', 'delete-account', { password: PASSWORD }),
    async check(answered) {
      const { status } = await ask(user, 'GET', 'session');
      expect(await signInStatus(user, PASSWORD)).toBe(status);
      if (answered === 200) expect(status).toBe(401);
      return status === 401 ? 'done' : 'not begun';
    },
  };
}

test(`no account operation is left half done by ${ROUNDS} kills`, async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-accounts-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const options = { persist, vars: { AUTH_REQUESTS_PER_MINUTE: 0 } };
  let server = await startServer(options);
  onTestFinished(() => server.stop());
  const port = Number(new URL(server.url).port);
  const outcomes = { done: 0, 'not begun': 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const { url } = server;
    const operations = [
      signingUp(url),
      ...(await Promise.all([changingPassword(url), revokingOthers(url), deleting(url)])),
    ];
    const answers = operations.map(({ run }) => statusOf(run()));
    // A random delay makes kills hit different steps of the operations.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 600));
    await server.kill();
    const statuses = await Promise.all(answers);
    server = await startServer({ ...options, port });
    for (const [index, { check }] of operations.entries()) {
      outcomes[await check(statuses[index])] += 1;
    }
  }
  console.log(
    `${engine}: ${ROUNDS} kills, ${ROUNDS * 4} operations: ${outcomes.done} done, ${outcomes['not begun']} not begun, none half done`,
  );
  // The trial proves nothing if every kill comes too early or too late.
  expect(Math.min(outcomes.done, outcomes['not begun'])).toBeGreaterThan(0);
}, 900_000);
