/** When something that carries the server's time was sent for and received, by our own clock. */
export interface Sighting {
  /** Milliseconds since the epoch, by the server's clock. */
  serverTime: number;
  /** How much later than `serverTime` the server's clock may have been, in milliseconds. */
  resolution: number;
  sentAt: number;
  receivedAt: number;
}

/**
 * The server's time, as far as a device can know it. Each sighting says between which bounds the
 * difference of the two clocks lies; the difference is moved only as far as they demand, so a
 * device whose clock is right keeps its own time.
 */
export class ServerClock {
  #offset: number;

  /** `offset` is what was learnt earlier: milliseconds by which the server's clock is ahead. */
  constructor(offset = 0) {
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Milliseconds since the epoch; made to be given to TinyBase's `createMergeableStore`. */
  readonly now = (): number => Date.now() + this.#offset;

  learn({ serverTime, resolution, sentAt, receivedAt }: Sighting): void {
    const earliest = serverTime - receivedAt;
    const latest = serverTime + resolution - sentAt;
    this.#offset = Math.max(earliest, Math.min(this.#offset, latest));
  }
}
