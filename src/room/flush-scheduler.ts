/** Milliseconds between flushes while changes keep coming. */
const INTERVAL = 5;

/** Flushes that need no interval between them, where none were before: two edits are no stream. */
const BURST = 4;

/**
 * Decides when changes are flushed: at once, unless several flushes were only just now. Then what
 * comes in the meantime goes along, so that a stream costs the room and every device a few larger
 * frames instead of many small ones, and a single change waits for nothing.
 */
export class FlushScheduler {
  readonly #flush: () => void;
  /** When all flushes so far would have been, at the interval: the generic cell rate algorithm. */
  #due = 0;
  #planned: Promise<void> | undefined;

  constructor(flush: () => void) {
    this.#flush = flush;
  }

  /**
   * Has everything merged so far flushed: at once, or by the time that what it gives resolves. No
   * timer outlives what is awaited here.
   */
  settle(): Promise<void> | undefined {
    if (this.#planned) return this.#planned;
    const now = Date.now();
    // Beyond this it is only where the clock was set back, and a change would wait as long.
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
