import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMergeableStore } from 'tinybase';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { socketUrl } from '../../helpers/devices/devices.ts';
import { openSocket } from '../../helpers/requests/open-socket.ts';
import {
  ask,
  newUser,
  PASSWORD,
  session,
  signIn,
  type User,
} from '../../helpers/requests/users.ts';
import { roomFile, storedKeys } from '../../helpers/servers/room-files.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const IS_PARTYKIT = inject('engine') === 'partykit';

/**
 * The number of interrupted deletions on PartyKit. Workers share the code and start more slowly.
 */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? (IS_PARTYKIT ? 8 : 4));

const BUSY = { timeout: 20_000 };

interface Owner {
  user: User;
  /** A text that only the user's store contains. */
  secret: string;
  room: string;
  /** The databases of the user room and of the auth room. */
  file: string;
  accountFile: string;
}

/** The key under which an auth room stores an account. */
const addressKey = ({ namespace, email }: User): string => `address:${namespace}/${email}`;

/** Much content, which makes a room wake slowly. Only its last cell differs between users. */
const content = createMergeableStore();
for (let row = 0; row < 10_000; row++) {
  content.setCell('plans', `${row}`, 'text', 'x'.repeat(240));
}

/**
 * Creates a user whose room wakes slowly, which leaves time between the two steps of a deletion.
 */
async function createSlowRoom(url: string, persist: string): Promise<Owner> {
  const secret = crypto.randomUUID();
  const mergeableContent = content.setCell('plans', 'last', 'text', secret).getMergeableContent();
  const user = await newUser({ url });
  expect(await ask(user, 'POST', 'manual-sync', { mergeableContent })).toMatchObject({
    status: 200,
  });
  const room = (await session(user)).user.durable_object_name;
  const file = await roomFile(persist, secret);
  return { user, secret, room, file, accountFile: await roomFile(persist, addressKey(user)) };
}

const deletion = (user: User) => ask(user, 'POST', 'delete-account', { password: PASSWORD });

/** Resolves as soon as the account is gone. Its user room may not know yet. */
const untilCommitted = ({ user, accountFile }: Owner): Promise<void> =>
  vi.waitFor(async () => expect(await storedKeys(accountFile)).not.toContain(addressKey(user)), {
    ...BUSY,
    interval: 1,
  });

/** Waits for a random time around that moment. */
const atRandom = (): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * 800));

/** Checks that everything still exists, and that the deletion can be requested again. */
async function expectIntact({ user, secret }: Owner): Promise<void> {
  const again = await signIn(user);
  expect(JSON.stringify((await ask(again, 'GET', 'export')).body.store)).toContain(secret);
  expect(await deletion(user)).toMatchObject({ status: 200 });
}

async function expectGone({ user, room, file }: Owner): Promise<void> {
  expect(await ask(user, 'GET', 'session')).toMatchObject({ status: 401 });
  expect(await openSocket(socketUrl(user))).toBe(401);
  await expect(signIn(user)).rejects.toThrow('401');
  await expect.poll(() => storedKeys(file), BUSY).toEqual([]);
  const successor = await newUser({ url: user.url, email: user.email });
  expect((await session(successor)).user.durable_object_name).not.toBe(room);
  expect((await ask(successor, 'GET', 'export')).body.store).toEqual({ tables: {}, values: {} });
}

test(`a deletion is finished, or was never begun, after each of ${ROUNDS} kills`, async ({
  annotate,
}) => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-deletion-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const options = { persist, vars: { AUTH_REQUESTS_PER_MINUTE: 0 } };
  let server = await startServer(options);
  onTestFinished(() => server.stop());
  const port = Number(new URL(server.url).port);
  const owners: Owner[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    owners.push(await createSlowRoom(server.url, persist));
  }
  const outcomes: string[] = [];

  for (const [round, owner] of owners.entries()) {
    // A room in memory would be notified too fast for a kill in between.
    await server.stop();
    server = await startServer({ ...options, port });
    const answered = deletion(owner.user).catch(() => undefined);
    const isCommitted = round % 2 === 0;
    await (isCommitted ? untilCommitted(owner) : atRandom());
    await server.kill();
    const kept = (await storedKeys(owner.file)).length > 0;

    server = await startServer({ ...options, port });
    // PartyKit's dev server loses alarms on a restart; there the next request finishes the
    // deletion.
    if (isCommitted && !IS_PARTYKIT) {
      await expect.poll(() => storedKeys(owner.file), BUSY).toEqual([]);
    }
    const { status } = await ask(owner.user, 'GET', 'session');
    if (isCommitted || (await answered)) expect(status).toBe(401);
    if (status === 200) await expectIntact(owner);
    await expectGone(owner);
    outcomes.push(status === 200 ? 'not begun' : kept ? 'finished later' : 'finished at once');
  }
  await annotate(outcomes.join(', '));
}, 300_000);
