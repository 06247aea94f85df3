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

  /** Resolves once everything merged so far is flushed. No timer outlives what is awaited here. */
  async settle(): Promise<void> {
    const wait = this.#last + INTERVAL - Date.now();
    if (this.#planned) return this.#planned;
    if (wait <= 0) return this.#flushNow();
    this.#planned = new Promise((resolve) => setTimeout(resolve, wait)).then(() => {
      this.#planned = undefined;
      this.#flushNow();
    });
    return this.#planned;
  }

  #flushNow(): void {
    this.#last = Date.now();
    this.#flush();
  }
}
