/** Milliseconds between flushes while changes keep coming. */
const INTERVAL = 5;

/**
 * Flushes that may follow each other without an interval after a pause: two edits are no stream.
 */
const BURST = 4;

/**
 * Decides when changes are flushed: at once, or after a short interval if several flushes were just
 * before. So a stream of changes becomes few large frames, and a single change does not wait.
 */
export class FlushScheduler {
  readonly #flush: () => void;
  /**
   * The theoretical arrival time of the next flush, in milliseconds (generic cell rate algorithm).
   */
  #due = 0;
  #planned: Promise<void> | undefined;

  constructor(flush: () => void) {
    this.#flush = flush;
  }

  /**
   * Flushes everything merged so far: at once, or by the time the returned promise resolves. No
   * timer is pending after that.
   */
  settle(): Promise<void> | undefined {
    if (this.#planned) return this.#planned;
    const now = Date.now();
    // After the clock was set back, a change would otherwise wait that long.
    this.#due = Math.min(this.#due, now + (BURST + 1) * INTERVAL);
    const wait = this.#due - BURST * INTERVAL - now;
    if (wait < 0) return this.#flushNow();
    this.#planned = new Promise<void>((resolve) => setTimeout(resolve, wait)).then(() => {
      this.#planned = undefined;
      this.#flushNow();
    });
    return this.#planned;
  }

  #flushNow(): undefined {
    this.#due = Math.max(this.#due, Date.now()) + INTERVAL;
    this.#flush();
  }
}
