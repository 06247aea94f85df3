/** Lines that may come at once, and one more for each of these milliseconds. */
const BURST = 30;
const INTERVAL = 2_000;

/** How often something may be logged in the life of an isolate: a token bucket. */
export class LineBudget {
  #lines = BURST;
  #at: number | undefined;
  #leftOut = 0;

  /**
   * Takes a line at the time `now` in milliseconds, and tells how many were left out since the last
   * one. Undefined where there is none to take.
   */
  take(now: number): { leftOut: number } | undefined {
    // The clock may have been set back.
    const passed = Math.max(0, now - (this.#at ?? now));
    this.#at = now;
    this.#lines = Math.min(BURST, this.#lines + passed / INTERVAL);
    if (this.#lines < 1) {
      this.#leftOut += 1;
      return undefined;
    }
    this.#lines -= 1;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return { leftOut };
  }
}
