import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlushScheduler } from '../../../src/room/flush-scheduler.ts';

describe('the pace of flushes', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Settles `count` changes, one every `gap` milliseconds; gives how long each waited. */
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

  it('lets no change wait while they come more slowly than it flushes', async () => {
    expect(await settleEvery(50, 6)).toEqual({ waits: Array(50).fill(0), flushes: 50 });
  });

  it('lets none wait for another that was only just flushed', async () => {
    expect(await settleEvery(4, 0)).toEqual({ waits: [0, 0, 0, 0], flushes: 4 });
  });

  it('lets none wait for a clock that was set back', async () => {
    let flushes = 0;
    const pace = new FlushScheduler(() => flushes++);
    for (let change = 0; change < 4; change++) void pace.settle();
    vi.setSystemTime(Date.now() - 3_000);
    void pace.settle();
    await vi.advanceTimersByTimeAsync(5);
    expect(flushes).toBe(5);
  });

  it('merges a stream into a flush every 5 ms, and lets nothing wait longer', async () => {
    const stream = await settleEvery(200, 1);
    expect(stream.waits.length).toBe(200);
    expect(Math.max(...stream.waits)).toBeLessThanOrEqual(5);
    expect(stream.flushes).toBeGreaterThanOrEqual(40);
    expect(stream.flushes).toBeLessThanOrEqual(46);
  });
});
