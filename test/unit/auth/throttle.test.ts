import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Throttle } from '../../../src/auth/rate-limit/throttle.ts';
import { MemoryStorage } from '../../helpers/in-memory/storage/memory-storage.ts';

const WINDOW = { prefix: 'failures:', limit: 3, windowMs: 60_000 };

describe('a throttle', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('refuses everything after the last allowed failure until the window ends', async () => {
    const throttle = new Throttle(new MemoryStorage(), WINDOW);
    await failTimes(throttle, 3);
    vi.setSystemTime(20_500);
    expect(await succeedOnce(throttle)).toMatchObject({
      error: 'too_many_requests',
      retryAfter: 40,
    });
    vi.setSystemTime(60_000);
    expect(await succeedOnce(throttle)).toEqual({ ok: true, value: 'in' });
  });

  it('is not extended by refused attempts', async () => {
    const throttle = new Throttle(new MemoryStorage(), WINDOW);
    await failTimes(throttle, 3);
    vi.setSystemTime(59_000);
    await failTimes(throttle, 50);
    vi.setSystemTime(60_000);
    expect(await succeedOnce(throttle)).toMatchObject({ ok: true });
  });

  it('writes nothing while nothing fails', async () => {
    const storage = new MemoryStorage();
    const throttle = new Throttle(storage, WINDOW);
    for (let count = 0; count < 10; count += 1) await succeedOnce(throttle);
    expect(storage.writes).toBe(0);
  });

  it('forgets the failures before a success', async () => {
    const storage = new MemoryStorage();
    const throttle = new Throttle(storage, WINDOW);
    await failTimes(throttle, 2);
    await succeedOnce(throttle);
    expect(storage.dump()).toBe('[]');
    await failTimes(throttle, 2);
    expect(await succeedOnce(throttle)).toMatchObject({ ok: true });
  });

  it('keeps its failures through an eviction', async () => {
    const storage = new MemoryStorage();
    await failTimes(new Throttle(storage, WINDOW), 3);
    expect(await succeedOnce(new Throttle(storage, WINDOW))).toMatchObject({ ok: false });
  });

  it('allows no more guesses through many connections than through one', async () => {
    const throttle = new Throttle(new MemoryStorage(), WINDOW);
    let guesses = 0;
    const guess = () =>
      throttle.attempt('ann', async () => {
        guesses += 1;
        await new Promise(setImmediate);
        return undefined;
      });
    const results = await Promise.all(Array.from({ length: 50 }, guess));
    expect(guesses).toBe(3);
    expect(results.filter(({ ok }) => !ok)).toHaveLength(47);
  });

  it('counts an attempt from its start until its failure', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      const throttle = new Throttle(new MemoryStorage(), { ...WINDOW, limit: 1, unstored: 1 });
      const first = throttle.attempt('ann', async () => undefined);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      const second = await throttle.attempt('ann', async () => undefined);
      expect([(await first).ok, second.ok], `${turns} turns later`).toEqual([true, false]);
    }
  });

  it('counts each key separately', async () => {
    const throttle = new Throttle(new MemoryStorage(), WINDOW);
    await failTimes(throttle, 3, 'ann');
    expect(await succeedOnce(throttle, 'bob')).toMatchObject({ ok: true });
  });

  it('counts nothing if its limit is 0', async () => {
    const throttle = new Throttle(new MemoryStorage(), { ...WINDOW, limit: 0 });
    await failTimes(throttle, 100);
    expect(await succeedOnce(throttle)).toMatchObject({ ok: true });
  });

  it('stores failures only beyond the number that it keeps in memory', async () => {
    const storage = new MemoryStorage();
    const throttle = new Throttle(storage, { ...WINDOW, unstored: 2 });
    await failTimes(throttle, 2);
    expect(storage.writes).toBe(0);
    await failTimes(throttle, 1);
    expect(storage.writes).toBe(1);
    expect(await succeedOnce(throttle)).toMatchObject({ ok: false });
  });

  it('removes expired windows from storage', async () => {
    const storage = new MemoryStorage();
    const throttle = new Throttle(storage, WINDOW);
    await failTimes(throttle, 1, 'ann');
    await failTimes(throttle, 1, 'bob');
    vi.setSystemTime(60_000);
    await failTimes(throttle, 1, 'carol');
    expect([...(await storage.list()).keys()]).toEqual(['failures:carol']);
  });
});

async function failTimes(throttle: Throttle, times: number, key = 'ann'): Promise<void> {
  for (let count = 0; count < times; count += 1) await throttle.attempt(key, async () => undefined);
}

const succeedOnce = (throttle: Throttle, key = 'ann') => throttle.attempt(key, async () => 'in');
