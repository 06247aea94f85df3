import { beforeEach, expect, test, vi } from 'vitest';
import { ServerClock } from '../../client/api/server-clock.ts';
import { stopwatch } from '../../client/common/stopwatch.ts';

const START = 1_000_000_000;
const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  return () => vi.useRealTimers();
});

/** The device's clock is set, while time goes on as ever. */
const setClock = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
/** The device sleeps, and its monotonic clock with it. */
const sleep = setClock;

test('a device whose clock is right keeps its own time, however slow the network is', () => {
  const clock = new ServerClock();
  for (const latency of [20, 2_500, 400, 4_500, 60_000]) {
    clock.learn(Date.now() - latency);
    clock.learn(Math.floor((Date.now() - latency) / 1000) * 1000, 2 * latency + 1000);
    vi.advanceTimersByTime(10_000);
    expect(clock.offset, `${latency}`).toBe(0);
  }
});

test('the clock moves no further than what was seen demands', () => {
  const clock = new ServerClock();
  clock.learn(START - 700, 1_200);
  expect(clock.now()).toBe(START);
  clock.learn(START + 4_800, 1_200);
  expect(clock.now()).toBe(START + 4_800);
  clock.learn(START - 10_200, 1_200);
  expect(clock.now()).toBe(START - 9_000);
});

test('a sample that is less certain than what is known changes nothing', () => {
  const clock = new ServerClock();
  clock.learn(Date.now() + HOUR, 1_000);
  vi.advanceTimersByTime(10_000);
  clock.learn(Date.now() + HOUR - 30_000, 60_000);
  clock.learn(Date.now() + HOUR - 30_000);
  expect(clock.offset).toBe(HOUR);
  clock.learn(Date.now() + HOUR + 400, 600);
  expect(clock.offset).toBe(HOUR + 400);
});

test('what was learnt earlier counts until the time is seen, and no longer', () => {
  const clock = new ServerClock(HOUR);
  expect(clock.offset).toBe(HOUR);
  clock.learn(Date.now() - 50);
  expect(clock.offset).toBe(HOUR);
  clock.learn(Date.now() - 200, 1_400);
  expect(clock.offset).toBe(0);
});

test('each change is told, for the next start without network', () => {
  const told: number[] = [];
  const clock = new ServerClock(HOUR, (offset) => told.push(offset));
  clock.learn(Date.now() - 200, 1_400);
  clock.learn(Date.now() - 100, 1_200);
  clock.learn(Date.now() + 5_000);
  expect(told).toEqual([0, 5_000]);
});

test('a device whose wrong clock is set right goes by it at once', () => {
  const behind = new ServerClock();
  behind.learn(Date.now() + HOUR, 1_000);
  setClock(HOUR);
  expect(behind.now()).toBe(Date.now());
  const ahead = new ServerClock();
  ahead.learn(Date.now() - HOUR - 100, 200);
  setClock(-HOUR);
  expect(ahead.now()).toBe(Date.now());
});

test('a right clock that is set wrong is not believed when it is set back', () => {
  const clock = new ServerClock();
  clock.learn(Date.now() - 200, 1_000);
  const rightTime = Date.now();
  setClock(-HOUR);
  expect(clock.now()).toBeGreaterThanOrEqual(rightTime - 200);
  expect(clock.now()).toBeLessThanOrEqual(rightTime + 800);
});

test('a right clock that is set ahead is believed until the next answer', () => {
  const clock = new ServerClock();
  clock.learn(Date.now() - 200, 1_000);
  setClock(HOUR);
  clock.learn(Date.now() - HOUR - 200, 1_000);
  expect(Math.abs(clock.now() - (Date.now() - HOUR))).toBeLessThanOrEqual(1_000);
});

test('a device that has slept keeps its right time, and learns the right one at the next beat', () => {
  const right = new ServerClock();
  right.learn(Date.now() - 200, 1_000);
  const wrong = new ServerClock();
  wrong.learn(Date.now() + HOUR, 1_000);
  sleep(8 * HOUR);
  expect(right.now()).toBe(Date.now());
  wrong.learn(Date.now() + HOUR);
  expect(wrong.now()).toBe(Date.now() + HOUR);
});

test('a stopwatch shows too much rather than too little, whatever happens to the clock', () => {
  const afterSleep = stopwatch();
  vi.advanceTimersByTime(200);
  sleep(5_000);
  expect(afterSleep()).toBe(5_200);
  const afterSetting = stopwatch();
  vi.advanceTimersByTime(200);
  setClock(-HOUR);
  expect(afterSetting()).toBe(200);
});
