/** By default, the timer ends after 20 times the idle time, whatever activity there was. */
const DEFAULT_LIMIT_FACTOR = 20;

/** The longest delay that `setTimeout` supports, in milliseconds; longer ones fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Calls back when there was no activity for some time. Recording activity only reads the clock and
 * sets no timer, so it is cheap enough for each frame.
 */
export class IdleTimer {
  #activeAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onIdle: () => void;

  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  /**
   * Starts or restarts the timer. It fires after `idle` milliseconds without activity, and after
   * `limit` milliseconds in any case.
   */
  start(idle: number, limit = DEFAULT_LIMIT_FACTOR * idle): void {
    this.reset();
    this.stop();
    this.#check(idle, this.#activeAt + limit);
  }

  /** Records activity. */
  reset(): void {
    this.#activeAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #check(idle: number, end: number): void {
    const left = Math.min(this.#activeAt + idle, end) - performance.now();
    if (left <= 0) this.#onIdle();
    else {
      const delay = Math.min(Math.ceil(left), MAX_DELAY_MS);
      this.#timer = setTimeout(() => this.#check(idle, end), delay);
    }
  }
}
