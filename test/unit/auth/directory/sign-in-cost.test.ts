import { afterEach, describe, expect, it, vi } from 'vitest';
import { accountShard } from '../../../../src/account-shard.ts';
import type { RoomTransaction } from '../../../../src/platform.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';

describe('a sign-in', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([true, false])(
    'costs no call to a room or a storage for the directory, reachable or not: %s',
    async (isReachable) => {
      vi.spyOn(console, 'log').mockImplementation(() => undefined);
      const { world, storage } = await signedUp(isReachable);
      storage.calls.length = 0;
      world.calls.length = 0;
      await world.signIn();
      expect(world.calls.map(kindOfCall)).toEqual(['sign-in', 'admit', 'verify']);
      expect(storage.calls).toEqual([
        'get address',
        'get account',
        'get known-networks',
        'get failures',
        'transaction',
        'get account',
        'list session-of',
        'get session',
        'put session,session-of',
        'get known-networks',
      ]);
    },
  );
});

const kindOfCall = (call: string): string => call.split('/').at(-1)!;

async function signedUp(isReachable: boolean) {
  const world = new AuthWorld({ LOG_KEY: 'k'.repeat(32) });
  world.stubsHashing = true;
  if (!isReachable) world.directory = 'unreachable';
  const storage = new CountedStorage();
  world.storages.set(await accountShard(ANN.namespace, ANN.email), storage);
  await world.signUp();
  await expect.poll(() => storage.alarm === null).toBe(isReachable);
  await expect.poll(() => storage.dump().includes('"attempts":1')).toBe(!isReachable);
  return { world, storage };
}

/** Records the calls to a storage, in transactions and outside. */
class CountedStorage extends MemoryStorage {
  readonly calls: string[] = [];

  override get(keys: string | string[]): Promise<never> {
    if (typeof keys === 'string') this.calls.push(`get ${keys.split(':')[0]}`);
    return super.get(keys as string) as Promise<never>;
  }
  override put(key: string | Record<string, unknown>, value?: unknown): Promise<void> {
    const keys = typeof key === 'string' ? [key] : Object.keys(key);
    this.calls.push(`put ${keys.map((key) => key.split(':')[0])}`);
    return super.put(key as string, value);
  }
  override delete(keys: string | string[]): Promise<never> {
    this.calls.push(`delete ${[keys].flat().map((key) => key.split(':')[0])}`);
    return super.delete(keys as string) as Promise<never>;
  }
  override list<Value>(options: { prefix?: string } = {}): Promise<Map<string, Value>> {
    this.calls.push(`list ${options.prefix?.split(':')[0]}`);
    return super.list(options);
  }
  override transaction<Value>(run: (storage: RoomTransaction) => Promise<Value>): Promise<Value> {
    this.calls.push('transaction');
    return super.transaction(run);
  }
}
