import { expect, test } from 'vitest';
import { heartbeatTime, staleAfter } from '../../../../client/sync/heartbeat.ts';

test.each([
  [10, 15_000],
  [30, 45_000],
  [1, 6_000],
  [0, undefined],
])('a connection with a heartbeat every %i s is stale after %s ms', (seconds, silence) => {
  expect(staleAfter(seconds)).toBe(silence);
});

const TIME = '2026-01-31T12:00:00.000Z';

test.each([
  ['only a heartbeat', 3, [[{}], [{ heartbeat: [TIME, 'stamp'] }], 1], Date.parse(TIME)],
  [
    'a heartbeat among other values',
    3,
    [[{}], [{ a: [1], heartbeat: [TIME] }], 1],
    Date.parse(TIME),
  ],
  ['other values', 3, [[{}], [{ a: [1, 'stamp'] }], 1], undefined],
  ['an invalid heartbeat', 3, [[{}], [{ heartbeat: ['soon', 'stamp'] }], 1], undefined],
  ['a deleted heartbeat', 3, [[{}], [{ heartbeat: ['\uFFFC', 'stamp'] }], 1], undefined],
  ['hashes', 0, [1, 2], undefined],
  ['nothing', 3, null, undefined],
])("the server's time is read from a message with %s", (_, message, body, time) => {
  expect(heartbeatTime(message, body)).toBe(time);
});
