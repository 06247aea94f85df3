/** A difference that no clock's drift makes up between two looks at it, in milliseconds. */
const JUMP = 1_000;

/**
 * The server's time, as far as a device can know it. Whatever carries that time says between which
 * bounds the difference of the two clocks lies. Of what all bounds allow, the smallest difference
 * counts, so a device whose clock is right keeps its own time, however slow its network.
 */
export class ServerClock {
  #offset: number;
  /** What to believe while nothing was seen. */
  #guess: number;
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;
  #lead = lead();
  readonly #onChange: (offset: number) => void;

  /** `offset` is what was learnt earlier; it counts until the server's time is seen. */
  constructor(offset = 0, onChange: (offset: number) => void = () => undefined) {
    this.#offset = offset;
    this.#guess = offset;
    this.#onChange = onChange;
  }

  /** Milliseconds by which the server's clock is ahead. */
  get offset(): number {
    return this.#offset;
  }

  /** Milliseconds since the epoch; made to be given to TinyBase's `createMergeableStore`. */
  readonly now = (): number => {
    this.#heedJump();
    return Date.now() + this.#offset;
  };

  /**
   * Takes in what the server's clock showed, in milliseconds since the epoch. `age` is how long ago
   * that was at most, in milliseconds; leave it out where that is unknown, as it is of everything
   * that nobody asked for. A network can hold such a message back for any time.
   */
  learn(serverTime: number, age = Number.POSITIVE_INFINITY): void {
    this.#heedJump();
    const least = serverTime - Date.now();
    const most = least + age;
    // What contradicts the earlier bounds is newer than they are.
    const isNews = least > this.#most || most < this.#least;
    this.#least = isNews ? least : Math.max(least, this.#least);
    this.#most = isNews ? most : Math.min(most, this.#most);
    this.#settle();
  }

  #settle(): void {
    if (this.#most < Number.POSITIVE_INFINITY) this.#guess = 0;
    const offset = Math.max(this.#least, Math.min(this.#guess, this.#most));
    if (offset === this.#offset) return;
    this.#offset = offset;
    this.#onChange(offset);
  }

  /**
   * Somebody may have set the device's clock. If it fell behind, somebody did. If it ran ahead,
   * the device may as well have slept: the monotonic clock stops then in some browsers. So the
   * bounds have to allow both.
   */
  #heedJump(): void {
    const jump = lead() - this.#lead;
    if (Math.abs(jump) < JUMP) return;
    this.#lead += jump;
    this.#guess = 0;
    this.#least -= jump;
    if (jump < 0) this.#most -= jump;
    this.#settle();
  }
}

/** Starts to measure: the function gives the milliseconds since then, or more, but never less. */
export function stopwatch(): () => number {
  const [time, ticks] = [Date.now(), monotonicTime()];
  return () => Math.max(Date.now() - time, monotonicTime() - ticks);
}

/** Milliseconds of a clock that nobody can set. */
const monotonicTime = (): number => globalThis.performance?.now() ?? Date.now();

const lead = (): number => Date.now() - monotonicTime();
