import { exponentialBackoff } from '../../common/backoff.ts';

const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/** The delay, in milliseconds, after so many transient failures in a row; 0 for none. */
export const retryDelay = (failures: number): number =>
  exponentialBackoff(failures, FIRST_MS, LONGEST_MS);

const FIRST_REFUSED_MS = 5_000;
const LONGEST_REFUSED_MS = 300_000;

/**
 * The delay, in milliseconds, after so many failures when the server has refused the connection.
 */
export const refusalDelay = (failures: number): number =>
  exponentialBackoff(failures, FIRST_REFUSED_MS, LONGEST_REFUSED_MS);

/**
 * Multiplies a delay by a random factor of 1 to 2, so that devices do not reconnect all at once.
 */
export const withJitter = (milliseconds: number): number => milliseconds * (1 + Math.random());
