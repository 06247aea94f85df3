import { getHlcFunctions } from 'tinybase/common';

/**
 * A TinyBase client drops a whole message if one of its stamps is more than 300 seconds ahead of
 * the client's clock. This limit leaves a margin of 60 seconds for a device that is behind the
 * server. Clocks that are further off are rare, and no app needs stamps from four minutes ahead.
 */
const MAX_AHEAD_SECONDS = 300 - 60;

/** Sorts after every counter and client part of an HLC. */
const AFTER_ANY_COUNTER = '~';

/** Characters of an HLC for time and counter. The rest is the client part. */
const TIME_AND_COUNTER = 11;

/** A client part that sorts before that of every device. */
const NO_CLIENT = '-----';

const [, , encodeHlc, decodeHlc] = getHlcFunctions('tinyhost');

/**
 * Seconds that a stamp may be ahead of the server's clock. `setting` is MAX_CLOCK_AHEAD_SECONDS.
 */
export const clockAllowance = (setting: number): number =>
  setting > 0 ? Math.min(setting, MAX_AHEAD_SECONDS) : MAX_AHEAD_SECONDS;

/** Sorts after every HLC up to `time` (milliseconds since the epoch). */
export const latestHlc = (time: number): string =>
  encodeHlc(time, 0).slice(0, 7) + AFTER_ANY_COUNTER;

/** The server's HLC for `now` (milliseconds since the epoch), later than the HLC `after`. */
export function nextHlc(now: number, after: string): string {
  const plain = encodeHlc(now, 0);
  return plain > after ? plain : increment(after);
}

/**
 * The earliest HLC after this one; for default content (''), the earliest of all. So everything
 * that a device wrote later, online or offline, still wins.
 */
export const successor = (hlc: string): string =>
  (hlc === '' ? encodeHlc(0, 0) : increment(hlc)).slice(0, TIME_AND_COUNTER) + NO_CLIENT;

/** Whether an HLC is a successor. No device creates such a one. */
export const isSuccessor = (hlc: string): boolean => hlc.endsWith(NO_CLIENT);

/** The time of an HLC, in milliseconds since the epoch. */
export const timeOfHlc = (hlc: string): number => decodeHlc(hlc)[0];

function increment(hlc: string): string {
  const [time, counter] = decodeHlc(hlc);
  return counter < 0xffffff ? encodeHlc(time, counter + 1) : encodeHlc(time + 1, 0);
}
