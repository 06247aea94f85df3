/** Size of a burst in lines, and the milliseconds after which another line is granted. */
const BURST = 30;
const INTERVAL = 2_000;

/** A token bucket that limits how often an isolate logs an event. */
export class LineBudget {
  #lines = BURST;
  #at: number | undefined;
  #leftOut = 0;

  /**
   * Takes a line at the time `now` in milliseconds. Returns how many lines were suppressed since
   * the last one, or undefined if the bucket is empty.
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
