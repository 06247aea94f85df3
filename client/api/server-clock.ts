import { monotonicTime } from '../common/stopwatch.ts';

/** The device's clock was set, or the device slept, if its lead changes by more than this. */
const JUMP_MS = 1_000;

/**
 * Estimates the server's time. Each message with that time gives bounds for the offset between the
 * two clocks. The estimate is the smallest offset within all bounds, so a device whose clock is
 * right keeps its own time, even on a slow network.
 */
export class ServerClock {
  #offset = 0;
  /** The preferred offset within the bounds: the stored one, later 0. */
  #preferred = 0;
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;
  #lead = leadOfClock();
  readonly #onChange: (offset: number) => void;

  constructor(onChange: (offset: number) => void = () => undefined) {
    this.#onChange = onChange;
  }

  /** Uses an offset that was stored earlier, until the server's time is known. */
  restore(offset: number): void {
    if (this.#least > Number.NEGATIVE_INFINITY) return;
    this.#offset = offset;
    this.#preferred = offset;
  }

  /** Milliseconds by which the server's clock is ahead. */
  get offset(): number {
    return this.#offset;
  }

  /** Milliseconds since the epoch. It can be passed to TinyBase's `createMergeableStore`. */
  readonly now = (): number => {
    this.#detectJump();
    return Date.now() + this.#offset;
  };

  /**
   * Learns a time that the server's clock has shown, in milliseconds since the epoch. `age` is an
   * upper bound of how many milliseconds ago that was. Omit it for messages that answer no request,
   * because a network may delay them for any time.
   */
  learn(serverTime: number, age = Number.POSITIVE_INFINITY): void {
    this.#detectJump();
    const least = serverTime - Date.now();
    const most = least + age;
    // New bounds that contradict the old ones replace them.
    const contradicts = least > this.#most || most < this.#least;
    this.#least = contradicts ? least : Math.max(least, this.#least);
    this.#most = contradicts ? most : Math.min(most, this.#most);
    this.#updateOffset();
  }

  #updateOffset(): void {
    if (this.#most < Number.POSITIVE_INFINITY) this.#preferred = 0;
    const offset = Math.max(this.#least, Math.min(this.#preferred, this.#most));
    if (offset === this.#offset) return;
    this.#offset = offset;
    this.#onChange(offset);
  }

  /**
   * Adapts the bounds when the device's clock has jumped. A clock that fell behind was set. A clock
   * that ran ahead was set, or the device slept, because the monotonic clock of some browsers stops
   * during sleep. The bounds then allow both.
   */
  #detectJump(): void {
    const jump = leadOfClock() - this.#lead;
    if (Math.abs(jump) < JUMP_MS) return;
    this.#lead += jump;
    this.#preferred = 0;
    this.#least -= jump;
    if (jump < 0) this.#most -= jump;
    this.#updateOffset();
  }
}

/** How far the device's clock is ahead of its monotonic clock, in milliseconds. */
const leadOfClock = (): number => Date.now() - monotonicTime();
