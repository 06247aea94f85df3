import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { accountShard } from '../../../../src/account-shard.ts';
import type { StoredJob } from '../../../../src/auth/outbox/outbox-job.ts';
import type { MembershipNews } from '../../../../src/operations/auth-room-operations.ts';
import {
  type DirectoryOperations,
  directoryRoomName,
} from '../../../../src/operations/directory-operations.ts';
import { call } from '../../../../src/operations/room-calls.ts';
import type { Membership } from '../../../../src/protocol/membership.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import {
  existingStores,
  listedAccounts,
  listedStores,
  rebuild,
  roomsWithData,
  storedAccounts,
} from '../../../helpers/in-memory/told-directory.ts';

const NAMESPACES = ['notes', 'todo'];
const { password } = ANN;

const HAPPENINGS = [
  ...(['sign-up', 'sign-up', 'verify', 'reset', 'disable', 'enable', 'delete'] as const),
  ...(['settle in', 'settle in', 'settle in', 'create store', 'delete store'] as const),
  ...(['break directory', 'mend directory', 'fire alarms', 'kill'] as const),
];

type Happening = (typeof HAPPENINGS)[number] | 'lose jobs';

interface Step {
  happening: Happening;
  /** The account, of 8. */
  who: number;
  /** All rooms are killed after this many calls to their storages, if at all. */
  killedAfter: number | undefined;
}

const steps = (happenings: readonly Happening[]) =>
  fc.array(
    fc.record<Step>({
      happening: fc.constantFrom(...happenings),
      who: fc.nat(7),
      killedAfter: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
    }),
    { minLength: 20, maxLength: 60 },
  );

let mails: Array<{ purpose: string; namespace: string; to: string; token: string }> = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  mails = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    if (line.startsWith('mail ')) mails.push(JSON.parse(line.slice('mail '.length)));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('the directory comes to list what the rooms have, whatever fails on the way', async () => {
  await fc.assert(
    fc.asyncProperty(steps(HAPPENINGS), async (happened) => {
      const world = newWorld();
      for (const step of happened) await happen(world, step);
      await settle(world);
      await expectEqual(world);
    }),
    { numRuns: 20 },
  );
}, 60_000);

it('the directory lists what the rooms have after a rebuilding, whatever was lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps([...HAPPENINGS, 'lose jobs', 'lose jobs']),
      steps(HAPPENINGS),
      async (lost, meanwhile) => {
        const world = newWorld();
        for (const step of lost) await happen(world, step);
        world.directory = 'reachable';
        const rest = meanwhile.filter(({ happening }) => happening !== 'break directory');
        for (const namespace of NAMESPACES) {
          const between = async () => {
            const step = rest.shift();
            if (step) await happen(world, step);
          };
          await rebuild(roomsWithData(world), namespace, between, () => world.killed());
        }
        await settle(world);
        await expectEqual(world);
      },
    ),
    { numRuns: 6 },
  );
}, 60_000);

function newWorld(): AuthWorld {
  const world = new AuthWorld({
    MAIL: 'console',
    EMAIL_VERIFICATION: 'required',
    LOG_KEY: 'k'.repeat(32),
  });
  world.stubsHashing = true;
  untold.clear();
  return world;
}

async function happen(world: AuthWorld, { happening, who, killedAfter }: Step): Promise<void> {
  if (killedAfter !== undefined) world.killAfter(killedAfter);
  // A kill may come later, while jobs are running, or during the next happening.
  const killed = world.killed();
  await Promise.race([perform(world, happening, who).catch(() => undefined), killed]);
}

async function perform(world: AuthWorld, happening: Happening, who: number): Promise<unknown> {
  const namespace = NAMESPACES[who % NAMESPACES.length]!;
  const email = `${who < 4 ? 'User' : 'user'}${who}@example.com`;
  // Every request has its own network, because the rooms count requests by network.
  const client = { address: `192.0.${requests++ % 250}.${requests % 250}`, user_agent: '' };
  const account = { namespace, email, client };
  const tokenFor = (purpose: string) =>
    mails.findLast((mail) => mail.purpose === purpose && mail.to === email)?.token ??
    '0'.repeat(35);
  switch (happening) {
    case 'sign-up':
      return world.ask('sign-up', account);
    case 'settle in':
      // Only an account with a verified address can have stores.
      await world.ask('sign-up', account);
      await mailsAreSent();
      await perform(world, 'verify', who);
      return perform(world, 'create store', who);
    case 'verify': {
      const token = tokenFor('verify-address');
      return world.askAt('verify-address', token, { ...account, token, password });
    }
    case 'reset': {
      await world.ask('request-reset', account);
      const token = tokenFor('reset-password');
      const reset = { ...account, token, new_password: password };
      return world.askAt('reset-password', token, reset);
    }
    case 'disable':
    case 'enable': {
      const listed = await listedAccounts(world, namespace);
      const { id, shard } = listed.find((one) => one.email === email)!;
      const operation = `${happening}-account` as const;
      return world.askShard(operation, shard, { id, namespace, email, shard, key: null });
    }
    case 'create store':
      return world.askAs('create-store', await world.signIn(account), { name: 'Holiday' });
    case 'delete store': {
      const session = await world.signIn(account);
      const listed = await world.askAs('list-stores', session);
      const [store] = listed.ok ? listed.value.stores : [];
      return store && deleteStore(world, account, store);
    }
    case 'delete': {
      const session = await world.signIn(account);
      return world.askAs('delete-account', session, { password, client });
    }
    case 'break directory':
      world.directory = who % 2 === 0 ? 'unreachable' : 'unanswered';
      return;
    case 'mend directory':
      world.directory = 'reachable';
      return;
    case 'fire alarms':
      return world.alarms();
    case 'kill':
      return world.kill();
    case 'lose jobs':
      return loseJobs(world);
  }
}

let requests = 0;

/** Mails are sent after the answer to the request that causes them. */
const mailsAreSent = () => new Promise((resolve) => setTimeout(resolve, 2));

/** Deletes a store, whose room then tells the auth room of its owner until that has confirmed. */
async function deleteStore(
  world: AuthWorld,
  { namespace, email }: { namespace: string; email: string },
  membership: Membership,
): Promise<void> {
  const shard = await accountShard(namespace, email);
  const stored = await storedAccounts(world, namespace);
  const account = stored.find((one) => one.email === email)!.id;
  const news = { account, ...membership, role: null, is_deleted: true, version: 9 };
  world.stores.delete(membership.store);
  untold.set(news, shard);
  await tell(world);
}

/** What rooms of stores have not been able to tell. */
const untold = new Map<MembershipNews, string>();

async function tell(world: AuthWorld): Promise<void> {
  for (const [news, shard] of untold) {
    if ((await world.askShard('set-membership', shard, news)).ok) untold.delete(news);
  }
}

/** Removes all jobs for directories, as a restore of an older copy of a room does. */
async function loseJobs(world: AuthWorld): Promise<void> {
  for (const storage of world.storages.values()) {
    for (const [key, { job }] of await storage.list<StoredJob>({ prefix: 'outbox:' })) {
      if (job.kind.startsWith('directory')) await storage.delete(key);
    }
  }
}

/** Lets the outboxes run until nothing is left. */
async function settle(world: AuthWorld): Promise<void> {
  world.directory = 'reachable';
  world.killAfter(Number.POSITIVE_INFINITY);
  await tell(world);
  const isSettled = () => [...world.storages.values()].every(({ alarm }) => alarm === null);
  for (let round = 0; round < 500 && !isSettled(); round += 1) {
    await world.alarms();
    // Jobs that are running already hash in another thread.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (!isSettled()) throw new Error('an outbox never gets empty');
}

async function expectEqual(world: AuthWorld): Promise<void> {
  for (const namespace of NAMESPACES) {
    const listed = await listedAccounts(world, namespace);
    expect(listed).toEqual(await storedAccounts(world, namespace));
    const stores = await listedStores(world, namespace);
    expect(stores).toEqual(existingStores(world, namespace));
    const room = world.auth(directoryRoomName(namespace));
    const counted = await call<DirectoryOperations, 'count-entries'>(room, 'count-entries', {});
    expect(counted).toMatchObject({
      value: {
        accounts: listed.length,
        verified: listed.filter(({ verified_at }) => verified_at !== null).length,
        disabled: listed.filter(({ is_disabled }) => is_disabled).length,
        stores: stores.length,
      },
    });
  }
}
