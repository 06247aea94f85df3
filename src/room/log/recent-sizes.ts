/** Dropped sizes that may remain at the front of the array, at least, before it is copied. */
const MAX_DROPPED = 1024;

/**
 * The sizes of the newest records of a log. It holds only as many as fit into a limit, so it takes
 * about 8 bytes for each record of 160 bytes or more in that limit.
 */
export class RecentSizes {
  #sizes: number[] = [];
  /** The index of the oldest record. */
  #oldest = 0;
  /** The sequence number after that of the newest record. */
  #end = 0;
  #bytes = 0;

  /**
   * Adds a part of the newest record, or of the record after it. `limit` is the sum up to which
   * sizes may be asked for.
   */
  add(sequence: number, bytes: number, limit: number): void {
    // After a record that was lost, no record before it is of use.
    if (sequence > this.#end) this.forgetBefore(sequence);
    if (sequence === this.#end) {
      this.#sizes.push(0);
      this.#end++;
    }
    this.#sizes[this.#sizes.length - 1]! += bytes;
    this.#bytes += bytes;
    while (this.#bytes - this.#sizes[this.#oldest]! > limit) this.#drop();
  }

  /** The sequence number of the oldest of the newest records that take at most `limit` bytes. */
  since(limit: number): number {
    let left = limit;
    let index = this.#sizes.length;
    while (index > this.#oldest && this.#sizes[index - 1]! <= left) {
      index--;
      left -= this.#sizes[index]!;
    }
    return this.#end - (this.#sizes.length - index);
  }

  /** Forgets the records before `sequence`. */
  forgetBefore(sequence: number): void {
    while (this.#oldest < this.#sizes.length && this.#first < sequence) this.#drop();
    this.#end = Math.max(this.#end, sequence);
  }

  get #first(): number {
    return this.#end - (this.#sizes.length - this.#oldest);
  }

  #drop(): void {
    this.#bytes -= this.#sizes[this.#oldest++]!;
    if (this.#oldest < Math.max(MAX_DROPPED, this.#sizes.length / 2)) return;
    this.#sizes = this.#sizes.slice(this.#oldest);
    this.#oldest = 0;
  }
}
