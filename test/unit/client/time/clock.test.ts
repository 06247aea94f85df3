import { beforeEach, expect, test, vi } from 'vitest';
import { ServerClock } from '../../../../client/api/server-clock.ts';
import { stopwatch } from '../../../../client/common/stopwatch.ts';

const START = 1_000_000_000;
const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  return () => vi.useRealTimers();
});

/** Sets the device's clock; the monotonic clock continues. */
const setClock = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
/** The device sleeps, and its monotonic clock stops. */
const sleep = setClock;

test('a device with a right clock keeps its own time, even on a slow network', () => {
  const clock = new ServerClock();
  for (const latency of [20, 2_500, 400, 4_500, 60_000]) {
    clock.learn(Date.now() - latency);
    clock.learn(Math.floor((Date.now() - latency) / 1000) * 1000, 2 * latency + 1000);
    vi.advanceTimersByTime(10_000);
    expect(clock.offset, `${latency}`).toBe(0);
  }
});

test('the offset is the smallest one within the bounds', () => {
  const clock = new ServerClock();
  clock.learn(START - 700, 1_200);
  expect(clock.now()).toBe(START);
  clock.learn(START + 4_800, 1_200);
  expect(clock.now()).toBe(START + 4_800);
  clock.learn(START - 10_200, 1_200);
  expect(clock.now()).toBe(START - 9_000);
});

test('a sample with wider bounds changes nothing', () => {
  const clock = new ServerClock();
  clock.learn(Date.now() + HOUR, 1_000);
  vi.advanceTimersByTime(10_000);
  clock.learn(Date.now() + HOUR - 30_000, 60_000);
  clock.learn(Date.now() + HOUR - 30_000);
  expect(clock.offset).toBe(HOUR);
  clock.learn(Date.now() + HOUR + 400, 600);
  expect(clock.offset).toBe(HOUR + 400);
});

test("a stored offset is used until the server's time is known", () => {
  const clock = new ServerClock();
  clock.restore(HOUR);
  expect(clock.offset).toBe(HOUR);
  clock.learn(Date.now() - 50);
  expect(clock.offset).toBe(HOUR);
  clock.learn(Date.now() - 200, 1_400);
  expect(clock.offset).toBe(0);
});

test('each change of the offset is reported', () => {
  const told: number[] = [];
  const clock = new ServerClock((offset) => told.push(offset));
  clock.restore(HOUR);
  clock.learn(Date.now() - 200, 1_400);
  clock.learn(Date.now() - 100, 1_200);
  clock.learn(Date.now() + 5_000);
  expect(told).toEqual([0, 5_000]);
});

test('a wrong clock that is set right is used at once', () => {
  const behind = new ServerClock();
  behind.learn(Date.now() + HOUR, 1_000);
  setClock(HOUR);
  expect(behind.now()).toBe(Date.now());
  const ahead = new ServerClock();
  ahead.learn(Date.now() - HOUR - 100, 200);
  setClock(-HOUR);
  expect(ahead.now()).toBe(Date.now());
});

test('a right clock that is set back is corrected', () => {
  const clock = new ServerClock();
  clock.learn(Date.now() - 200, 1_000);
  const rightTime = Date.now();
  setClock(-HOUR);
  expect(clock.now()).toBeGreaterThanOrEqual(rightTime - 200);
  expect(clock.now()).toBeLessThanOrEqual(rightTime + 800);
});

test('a right clock that is set ahead is corrected by the next response', () => {
  const clock = new ServerClock();
  clock.learn(Date.now() - 200, 1_000);
  setClock(HOUR);
  clock.learn(Date.now() - HOUR - 200, 1_000);
  expect(Math.abs(clock.now() - (Date.now() - HOUR))).toBeLessThanOrEqual(1_000);
});

test('after sleep a right clock stays right, and a wrong one is corrected by the next heartbeat', () => {
  const right = new ServerClock();
  right.learn(Date.now() - 200, 1_000);
  const wrong = new ServerClock();
  wrong.learn(Date.now() + HOUR, 1_000);
  sleep(8 * HOUR);
  expect(right.now()).toBe(Date.now());
  wrong.learn(Date.now() + HOUR);
  expect(wrong.now()).toBe(Date.now() + HOUR);
});

test('a stopwatch never shows less than the elapsed time', () => {
  const afterSleep = stopwatch();
  vi.advanceTimersByTime(200);
  sleep(5_000);
  expect(afterSleep()).toBe(5_200);
  const afterSetting = stopwatch();
  vi.advanceTimersByTime(200);
  setClock(-HOUR);
  expect(afterSetting()).toBe(200);
});
