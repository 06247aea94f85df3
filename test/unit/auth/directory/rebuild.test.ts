import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountShard } from '../../../../src/account-shard.ts';
import { Accounts } from '../../../../src/auth/accounts/accounts.ts';
import { rebuildDirectory } from '../../../../src/edge/rebuild-directory.ts';
import { AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import {
  listedAccounts,
  rebuild,
  roomsWithData,
  storedAccounts,
} from '../../../helpers/in-memory/told-directory.ts';

const ROOMS = 4096;

describe('rebuilding a directory', () => {
  beforeEach(() => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('lists 10,000 accounts of all rooms, which 100 calls then read', async () => {
    const world = new AuthWorld();
    await fill(world, 10_000);
    await fill(world, 10, 'other');
    const steps = await rebuild(world.rooms());
    expect(steps.reduce((sum, { listed }) => sum + listed, 0)).toBe(10_000);

    // Each room is asked once, and the directory once a step, and once for every 500 entries.
    const asked = world.calls.filter((call) => call.endsWith('/list-own-accounts'));
    const told = world.calls.filter((call) => call.startsWith('directory-'));
    expect(asked).toHaveLength(ROOMS);
    expect(steps.length).toBeLessThan(130);
    world.calls.length = 0;
    const accounts = await listedAccounts(world);
    expect(world.calls).toHaveLength(100);
    expect(accounts).toEqual(await storedAccounts(world));
    expect(told.length).toBeLessThan(300);
  }, 60_000);

  it('asks at most 42 rooms a step, and pages through a room with many accounts', async () => {
    const world = new AuthWorld();
    const storage = world.storage('00a');
    const accounts = new Accounts(storage);
    for (let count = 0; count < 450; count += 1) {
      // Their hashes would put them into other rooms, which a walk does not look at.
      await accounts.create({ namespace: 'notes', email: `u${count}@b.com`, password_hash: '' });
    }
    const perStep: number[] = [];
    let before = 0;
    await rebuild(roomsWithData(world), 'notes', async () => {
      perStep.push(world.calls.length - before);
      before = world.calls.length;
    });
    expect(Math.max(...perStep)).toBeLessThanOrEqual(42);
    expect(await listedAccounts(world)).toHaveLength(450);
  });

  it('removes accounts whose deletion was never told, a few rooms a step', async () => {
    const world = new AuthWorld();
    await fill(world, 130);
    await rebuild(roomsWithData(world));
    for (const [name, storage] of world.storages) {
      if (/^[0-9a-f]{3}$/.test(name)) await storage.deleteAll();
    }
    world.calls.length = 0;
    const steps = await rebuild(roomsWithData(world));
    expect(await listedAccounts(world)).toEqual([]);
    expect(steps.reduce((sum, { removed }) => sum + removed, 0)).toBe(130);
    const checked = world.calls.filter((call) => call.endsWith('/find-absent-accounts'));
    expect(checked.length).toBeLessThanOrEqual(130);
  });

  it('keeps an account that was created while the rebuilding went on', async () => {
    const world = new AuthWorld();
    world.stubsHashing = true;
    const signUps: Promise<unknown>[] = [];
    let steps = 0;
    await rebuild(roomsWithData(world), 'notes', async () => {
      steps += 1;
      // One account in a room that was asked already, and one in a room that is not yet asked.
      if (steps === 60) signUps.push(world.signUp(), world.ask('sign-up', { email: 'b@b.com' }));
      await Promise.all(signUps);
    });
    await vi.waitFor(async () => expect(await listedAccounts(world)).toHaveLength(2));
  });

  it('goes on after a step that failed', async () => {
    const world = new AuthWorld();
    await fill(world, 50);
    const first = await rebuildDirectory(roomsWithData(world), 'notes');
    const cursor = first.ok ? first.value.cursor! : '';
    world.directory = 'unanswered';
    let failed = 0;
    let position: string | null = cursor;
    while (position !== null) {
      try {
        const step = await rebuildDirectory(roomsWithData(world), 'notes', position);
        position = step.ok ? step.value.cursor : null;
      } catch {
        failed += 1;
        world.directory = 'reachable';
      }
    }
    expect(failed).toBe(1);
    expect(await listedAccounts(world)).toEqual(await storedAccounts(world));
  });

  it.each(['', 'x', 'walk.000', `${crypto.randomUUID()}.walk`, `${crypto.randomUUID()}.walk.1000`])(
    'refuses %j, which is no cursor',
    async (cursor) => {
      const world = new AuthWorld();
      const refused = await rebuildDirectory(roomsWithData(world), 'notes', cursor);
      expect(refused).toMatchObject({ error: 'invalid_field', field: 'cursor' });
      expect(world.calls).toEqual([]);
    },
  );
});

/** Stores accounts in their rooms, without their jobs. */
async function fill(world: AuthWorld, count: number, namespace = 'notes'): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const email = `u${index}@example.com`;
    const storage = world.storage(await accountShard(namespace, email));
    await new Accounts(storage).create({ namespace, email, password_hash: '' });
  }
}
