/** A wait grows up to so many times its usual length, or up to a minute. */
const MOST = 6;
const MINUTE = 60_000;
/** How many of its round trips a network is given for one answer. */
const ROUND_TRIPS = 4;

/**
 * How long to wait on this network, in milliseconds. Waits follow the round trips that were
 * measured, and double after each one that was in vain until a connection succeeds.
 */
export class AdaptiveTimeout {
  #roundTrip = 0;
  #factor = 1;

  /** How long to wait for what takes no more than `usual` on a good network. */
  for(usual: number): number {
    const wait = Math.max(usual, ROUND_TRIPS * this.#roundTrip) * this.#factor;
    return Math.min(wait, Math.max(MOST * usual, MINUTE));
  }

  /** An answer took so long. Slow ones count at once, quick ones little by little. */
  recordRoundTrip(milliseconds: number): void {
    const smooth = (7 * this.#roundTrip + milliseconds) / 8;
    this.#roundTrip = Math.max(milliseconds, smooth);
  }

  backOff(): void {
    this.#factor = Math.min(2 * this.#factor, MOST);
  }

  reset(): void {
    this.#factor = 1;
  }
}
