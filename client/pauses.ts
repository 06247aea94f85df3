/** How long to wait between attempts, in milliseconds. `failures` counts those in a row. */

const FIRST = 250;
const LONGEST = 10_000;

/** Before the next attempt after a failure that may have been an accident; none before the first. */
export const pauseAfter = (failures: number): number =>
  failures < 1 ? 0 : Math.min(FIRST * 2 ** (failures - 1), LONGEST);

const FIRST_SLOW = 5_000;
const LONGEST_SLOW = 300_000;

/** After a refusal that somebody has to do something about. */
export const slowPauseAfter = (failures: number): number =>
  failures < 1 ? 0 : Math.min(FIRST_SLOW * 2 ** (failures - 1), LONGEST_SLOW);

/** Lengthens a pause by up to its double, so that not all devices come back at once. */
export const spread = (pause: number): number => pause * (1 + Math.random());
