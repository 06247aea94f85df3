import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlushScheduler } from '../../../src/room/content/flush-scheduler.ts';

describe('the flush scheduler', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Settles `count` changes, one every `gap` milliseconds, and returns the delay of each. */
  async function settleEvery(
    count: number,
    gap: number,
  ): Promise<{ waits: number[]; flushes: number }> {
    const waiting: number[] = [];
    const waits: number[] = [];
    let flushes = 0;
    const pace = new FlushScheduler(() => {
      flushes++;
      for (const since of waiting.splice(0)) waits.push(Date.now() - since);
    });
    for (let change = 0; change < count; change++) {
      waiting.push(Date.now());
      void pace.settle();
      await vi.advanceTimersByTimeAsync(gap);
    }
    await vi.runAllTimersAsync();
    return { waits, flushes };
  }

  it('delays no change if changes are less frequent than flushes', async () => {
    expect(await settleEvery(50, 6)).toEqual({ waits: Array(50).fill(0), flushes: 50 });
  });

  it('delays no change because of one that was just flushed', async () => {
    expect(await settleEvery(4, 0)).toEqual({ waits: [0, 0, 0, 0], flushes: 4 });
  });

  it('delays no change because the clock was set back', async () => {
    let flushes = 0;
    const pace = new FlushScheduler(() => flushes++);
    for (let change = 0; change < 4; change++) void pace.settle();
    vi.setSystemTime(Date.now() - 3_000);
    void pace.settle();
    await vi.advanceTimersByTimeAsync(5);
    expect(flushes).toBe(5);
  });

  it('merges a stream of changes into a flush every 5 ms, and delays none for longer', async () => {
    const stream = await settleEvery(200, 1);
    expect(stream.waits.length).toBe(200);
    expect(Math.max(...stream.waits)).toBeLessThanOrEqual(5);
    expect(stream.flushes).toBeGreaterThanOrEqual(40);
    expect(stream.flushes).toBeLessThanOrEqual(46);
  });
});
