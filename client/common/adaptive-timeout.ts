/** A timeout grows to at most 6 times its usual length or a minute, whichever is longer. */
const MAX_FACTOR = 6;
const MINUTE_MS = 60_000;
/** A response may take this many of the measured round trips. */
const ROUND_TRIPS = 4;

/**
 * Adapts timeouts to the network. They grow with the measured round trips, and double after each
 * timeout until a connection succeeds.
 */
export class AdaptiveTimeout {
  #roundTripMs = 0;
  #factor = 1;

  /**
   * Returns the timeout, in milliseconds, for work that takes at most `usual` on a good network.
   */
  for(usual: number): number {
    const timeout = Math.max(usual, ROUND_TRIPS * this.#roundTripMs) * this.#factor;
    return Math.min(timeout, Math.max(MAX_FACTOR * usual, MINUTE_MS));
  }

  /** Slow round trips count at once; fast ones lower the estimate gradually. */
  recordRoundTrip(milliseconds: number): void {
    const smoothed = (7 * this.#roundTripMs + milliseconds) / 8;
    this.#roundTripMs = Math.max(milliseconds, smoothed);
  }

  backOff(): void {
    this.#factor = Math.min(2 * this.#factor, MAX_FACTOR);
  }

  reset(): void {
    this.#factor = 1;
  }
}
