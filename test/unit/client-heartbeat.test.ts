import { createMergeableStore } from 'tinybase';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { ServerClock } from '../../client/clock.ts';
import { watchPulse } from '../../client/heartbeat.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_000 });
  return () => vi.useRealTimers();
});

function watch() {
  const store = createMergeableStore();
  const clock = new ServerClock();
  const events: string[] = [];
  const pulse = watchPulse(
    store,
    clock,
    () => events.push('beat'),
    () => events.push('stale'),
  );
  onTestFinished(() => pulse.stop());
  const beat = (at = Date.now()) => store.setValue('heartbeat', new Date(at).toISOString());
  return { beat, clock, events, pulse, store };
}

test('a connection is stale 15 seconds after the last beat, and not before', () => {
  const { beat, events, pulse } = watch();
  pulse.start();
  vi.advanceTimersByTime(10_000);
  beat();
  vi.advanceTimersByTime(14_999);
  expect(events).toEqual(['beat']);
  vi.advanceTimersByTime(1);
  expect(events).toEqual(['beat', 'stale']);
});

test('nothing is expected before the connection is online, nor while it rests', () => {
  const { beat, events, pulse } = watch();
  beat();
  vi.advanceTimersByTime(60_000);
  pulse.start();
  pulse.rest();
  vi.advanceTimersByTime(60_000);
  expect(events).toEqual([]);
});

test('a beat sets a clock right that is behind', () => {
  const { beat, clock, pulse } = watch();
  pulse.start();
  const hour = 3_600_000;
  beat(Date.now() + hour);
  expect(clock.now()).toBe(Date.now() + hour);
});

test('a beat that was long on its way never sets the clock back, and nonsense is none', () => {
  const { beat, clock, events, pulse, store } = watch();
  beat(Date.now() - 3_600_000);
  expect(clock.offset).toBe(0);
  pulse.start();
  beat(Date.now() - 2_500);
  expect(clock.offset).toBe(0);
  pulse.start();
  store.setValue('heartbeat', 'nonsense');
  expect(events).toEqual(['beat']);
});
