/** Milliseconds within which changes that follow each other share one write and one frame. */
const INTERVAL = 5;

/**
 * Decides when changes are flushed: at once, unless the last flush was only just now. Then what
 * comes in the meantime goes along, so that a burst costs the room and every device a few larger
 * frames instead of many small ones, and a single change waits for nothing.
 */
export class Pace {
  readonly #flush: () => void;
  #last = 0;
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
    const wait = this.#last + INTERVAL - Date.now();
    if (wait <= 0) return this.#flushNow();
    this.#planned = new Promise<void>((resolve) => setTimeout(resolve, wait)).then(() => {
      this.#planned = undefined;
      this.#flushNow();
    });
    return this.#planned;
  }

  #flushNow(): undefined {
    this.#last = Date.now();
    this.#flush();
  }
}
