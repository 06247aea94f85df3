/** A wait with signs of life is over after so many times its length, whatever was heard. */
const PROLONGED = 20;

/** The longest delay of a timer, in milliseconds; a longer one fires at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * Calls back once nothing has been heard for a time. To hear something costs a look at the clock
 * and sets no timer, so each frame can be told.
 */
export class IdleTimer {
  #heardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onSilence: () => void;

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
  }

  /** Starts to wait, in milliseconds; `longest` is the end of it, even if there is no silence. */
  start(milliseconds: number, longest = PROLONGED * milliseconds): void {
    this.reset();
    this.stop();
    this.#look(milliseconds, this.#heardAt + longest);
  }

  reset(): void {
    this.#heardAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(milliseconds: number, end: number): void {
    const left = Math.min(this.#heardAt + milliseconds, end) - performance.now();
    if (left <= 0) this.#onSilence();
    else {
      const delay = Math.min(Math.ceil(left), LONGEST_DELAY);
      this.#timer = setTimeout(() => this.#look(milliseconds, end), delay);
    }
  }
}
