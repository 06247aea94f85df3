import { getHlcFunctions } from 'tinybase/common';

/** TinyBase's own clients refuse whole messages with a stamp further ahead than this. */
const TINYBASE_MAX_AHEAD_SECONDS = 300;

/** Everything after the time in an HLC sorts below this. */
const AFTER_ANY_COUNTER = '~';

const [, , encodeHlc, decodeHlc] = getHlcFunctions('tinyhost');

/** How far ahead of the server's clock a stamp may be, given `MAX_CLOCK_AHEAD_SECONDS`. */
export const clockAllowance = (setting: number): number =>
  setting > 0 ? Math.min(setting, TINYBASE_MAX_AHEAD_SECONDS) : TINYBASE_MAX_AHEAD_SECONDS;

/** A text that every HLC up to `time` (milliseconds since the epoch) sorts below. */
export const latestHlc = (time: number): string =>
  encodeHlc(time, 0).slice(0, 7) + AFTER_ANY_COUNTER;

/** The server's HLC for something that happens at `now`, later than every one in `after`. */
export function nextHlc(now: number, after: string): string {
  const plain = encodeHlc(now, 0);
  if (plain > after) return plain;
  const [time, counter] = decodeHlc(after);
  return counter < 0xffffff ? encodeHlc(time, counter + 1) : encodeHlc(time + 1, 0);
}
