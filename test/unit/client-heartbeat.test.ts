import { expect, test } from 'vitest';
import { heartbeatTime, staleAfter } from '../../client/sync/heartbeat.ts';

test.each([
  [10, 15_000],
  [30, 45_000],
  [1, 6_000],
  [0, undefined],
])('a room that beats every %i s is stale after a silence of %s ms', (seconds, silence) => {
  expect(staleAfter(seconds)).toBe(silence);
});

const TIME = '2026-01-31T12:00:00.000Z';

test.each([
  ['a beat alone', 3, [[{}], [{ heartbeat: [TIME, 'stamp'] }], 1], Date.parse(TIME)],
  ['a beat among other values', 3, [[{}], [{ a: [1], heartbeat: [TIME] }], 1], Date.parse(TIME)],
  ['other values', 3, [[{}], [{ a: [1, 'stamp'] }], 1], undefined],
  ['nonsense in place of a beat', 3, [[{}], [{ heartbeat: ['soon', 'stamp'] }], 1], undefined],
  ['a deleted beat', 3, [[{}], [{ heartbeat: ['\uFFFC', 'stamp'] }], 1], undefined],
  ['hashes', 0, [1, 2], undefined],
  ['nothing', 3, null, undefined],
])('a message with %s tells the time, or none', (_, message, body, time) => {
  expect(heartbeatTime(message, body)).toBe(time);
});
