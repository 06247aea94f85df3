import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StoredJob } from '../../../../src/auth/outbox/outbox-job.ts';
import {
  type DirectoryOperations,
  directoryRoomName,
} from '../../../../src/operations/directory-operations.ts';
import { call } from '../../../../src/operations/room-calls.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import {
  listedAccounts,
  rebuild,
  roomsWithData,
  storedAccounts,
} from '../../../helpers/in-memory/told-directory.ts';

const NAMESPACES = ['notes', 'todo'];
const { password } = ANN;

const HAPPENINGS = [
  ...(['sign-up', 'sign-up', 'verify', 'reset', 'delete'] as const),
  ...(['break directory', 'mend directory', 'fire alarms', 'kill'] as const),
];

type Happening = (typeof HAPPENINGS)[number] | 'lose jobs';

interface Step {
  happening: Happening;
  /** The account, of 8. */
  who: number;
  /** All rooms are killed after this many turns of the happening, if at all. */
  killedAfter: number | undefined;
}

const steps = (happenings: readonly Happening[]) =>
  fc.array(
    fc.record<Step>({
      happening: fc.constantFrom(...happenings),
      who: fc.nat(7),
      killedAfter: fc.option(fc.nat(60), { nil: undefined, freq: 4 }),
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
          await rebuild(roomsWithData(world), namespace, async () => {
            const step = rest.shift();
            if (step) await happen(world, step);
          });
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
  return world;
}

async function happen(world: AuthWorld, { happening, who, killedAfter }: Step): Promise<void> {
  const done = perform(world, happening, who).catch(() => undefined);
  if (killedAfter === undefined) return void (await done);
  for (let turn = 0; turn < killedAfter; turn += 1) await Promise.resolve();
  world.kill();
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

/** Removes all jobs for directories, as a restore of an older copy of a room does. */
async function loseJobs(world: AuthWorld): Promise<void> {
  for (const storage of world.storages.values()) {
    for (const [key, { job }] of await storage.list<StoredJob>({ prefix: 'outbox:' })) {
      if (job.kind === 'directory') await storage.delete(key);
    }
  }
}

/** Lets the outboxes run until nothing is left. */
async function settle(world: AuthWorld): Promise<void> {
  world.directory = 'reachable';
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
    const room = world.auth(directoryRoomName(namespace));
    const counted = await call<DirectoryOperations, 'count-entries'>(room, 'count-entries', {});
    expect(counted).toMatchObject({
      value: {
        accounts: listed.length,
        verified: listed.filter(({ verified_at }) => verified_at !== null).length,
        disabled: listed.filter(({ is_disabled }) => is_disabled).length,
      },
    });
  }
}
