import { getHlcFunctions } from 'tinybase/common';

/**
 * TinyBase's clients drop a whole message that has a stamp more than 300 seconds ahead of their own
 * clock. A device may be a minute behind the server and still read whatever was let in: a clock that
 * is further off than that is rare, and no app needs stamps from four minutes ahead.
 */
const MAX_AHEAD_SECONDS = 300 - 60;

/** Everything after the time in an HLC sorts below this. */
const AFTER_ANY_COUNTER = '~';

/** Characters of an HLC that are its time and counter; the rest names a client. */
const TIME_AND_COUNTER = 11;

/** The client part that sorts below that of every device. */
const NO_CLIENT = '-----';

const [, , encodeHlc, decodeHlc] = getHlcFunctions('tinyhost');

/** How far ahead of the server's clock a stamp may be, given `MAX_CLOCK_AHEAD_SECONDS`. */
export const clockAllowance = (setting: number): number =>
  setting > 0 ? Math.min(setting, MAX_AHEAD_SECONDS) : MAX_AHEAD_SECONDS;

/** A text that every HLC up to `time` (milliseconds since the epoch) sorts below. */
export const latestHlc = (time: number): string =>
  encodeHlc(time, 0).slice(0, 7) + AFTER_ANY_COUNTER;

/** The server's HLC for something that happens at `now`, later than every one in `after`. */
export function nextHlc(now: number, after: string): string {
  const plain = encodeHlc(now, 0);
  return plain > after ? plain : increment(after);
}

/**
 * The earliest HLC after this one, or the earliest of all after that of default content (''). What
 * any device wrote later, also while it was offline, still wins over it.
 */
export const successor = (hlc: string): string =>
  (hlc === '' ? encodeHlc(0, 0) : increment(hlc)).slice(0, TIME_AND_COUNTER) + NO_CLIENT;

function increment(hlc: string): string {
  const [time, counter] = decodeHlc(hlc);
  return counter < 0xffffff ? encodeHlc(time, counter + 1) : encodeHlc(time + 1, 0);
}
