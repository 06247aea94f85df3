import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type DirectoryOperations,
  directoryRoomName,
} from '../../../../src/operations/directory-operations.ts';
import { call } from '../../../../src/operations/room-calls.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { listedAccounts, storedAccounts } from '../../../helpers/in-memory/told-directory.ts';

const { namespace, password, client } = ANN;

describe('the directory is told that an account', () => {
  const mailed: string[] = [];
  let world: AuthWorld;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    mailed.length = 0;
    world = new AuthWorld({ MAIL: 'console' });
    world.stubsHashing = true;
    vi.spyOn(console, 'log').mockImplementation((line: string) => {
      if (line.startsWith('mail ')) mailed.push(JSON.parse(line.slice('mail '.length)).token);
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const nextToken = async (): Promise<string> => {
    await vi.waitFor(() => expect(mailed).not.toHaveLength(0));
    return mailed.shift()!;
  };

  /** Waits until the directory lists what the rooms have stored, and returns that. */
  const told = async () => {
    await vi.waitFor(async () => {
      expect(await listedAccounts(world)).toEqual(await storedAccounts(world));
    });
    return listedAccounts(world);
  };

  it('was created, with its address as typed', async () => {
    await world.signUp();
    const { id, shard } = await world.home();
    await vi.waitFor(async () => expect(await listedAccounts(world)).toHaveLength(1));
    expect(await told()).toEqual([
      {
        id,
        shard,
        email: 'Ann@Example.com',
        created_at: expect.stringMatching(/^20.*Z$/),
        verified_at: null,
        is_disabled: false,
      },
    ]);
  });

  it('was verified', async () => {
    const session_uuid = await world.signUp();
    await world.askAs('request-verification', session_uuid);
    const token = await nextToken();
    const proof = { token, namespace, session_uuid, client };
    expect(await world.askAt('verify-address', token, proof)).toMatchObject({ ok: true });
    expect(await told()).toMatchObject([{ verified_at: expect.stringMatching(/^20.*Z$/) }]);
  });

  it('was verified, whatever older state arrives later', async () => {
    const session_uuid = await world.signUp();
    const { shard } = await world.home();
    const listing = { namespace, limit: 1 };
    const before = await world.askShard('list-own-accounts', shard, listing);
    await world.askAs('request-verification', session_uuid);
    const proof = { namespace, session_uuid, client };
    const token = await nextToken();
    await world.askAt('verify-address', token, { ...proof, token });
    const verified = await told();
    const [entry] = before.ok ? before.value.accounts : [];
    const directory = world.auth(directoryRoomName(namespace));
    await call<DirectoryOperations, 'set-entry'>(directory, 'set-entry', { entry: entry! });
    expect(entry!.verified_at).toBeNull();
    expect(await listedAccounts(world)).toEqual(verified);
  });

  it.each([false, true])('was verified by a reset that empties the store: %s', async (empties) => {
    await world.signUp();
    const [{ id } = { id: '' }] = await told();
    await world.ask('request-reset');
    const token = await nextToken();
    const reset = { token, namespace, new_password: password, empty_store: empties, client };
    expect(await world.askAt('reset-password', token, reset)).toMatchObject({ ok: true });
    const [account, ...others] = await told();
    expect(others).toEqual([]);
    expect(account!.verified_at).not.toBeNull();
    expect(account!.id === id).toBe(!empties);
  });

  it('was deleted, also if its creation was never told', async () => {
    world.directory = 'unreachable';
    const token = await world.signUp();
    await world.askAs('delete-account', token, { password });
    world.directory = 'reachable';
    await world.alarms();
    expect(await told()).toEqual([]);
    await world.signUp();
    expect(await told()).toHaveLength(1);
  });

  it.each(['unreachable', 'unanswered'] as const)(
    'changed while the directory was %s, once it is back, and nobody waits for that',
    async (directory) => {
      world.directory = directory;
      expect(await world.ask('sign-up')).toMatchObject({ ok: true });
      const { storage } = await world.home();
      await expect.poll(() => storage.dump()).toContain('"attempts":1');
      world.directory = 'reachable';
      await world.alarms();
      expect(await told()).toHaveLength(1);
      await expect.poll(() => storage.dump()).not.toContain('outbox:');
    },
  );
});
