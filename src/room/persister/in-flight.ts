import type { Leaf } from '../../document/stamp-tree.ts';

/** Milliseconds that a frame may be under way: longer than on any usual connection. */
const ON_ITS_WAY = 5_000;

/**
 * The changes that may be under way to one device of a PartyKit persister. That protocol has no
 * clocks, and a device keeps what it receives last. If a device writes a cell while an older change
 * of that cell is under way, the device ends up with the older change, unless the room sends the
 * newer one again.
 */
export class InFlight {
  /** When each cell or value was sent last, in milliseconds since the epoch, oldest first. */
  readonly #sent = new Map<Leaf, number>();

  /** When everything was sent last, in milliseconds since the epoch. */
  #everything = 0;

  /**
   * Notes that everything was sent. Notes for each cell would take a tenth of the memory for a full
   * store.
   */
  sendEverything(now: number): void {
    this.#everything = now;
  }

  send(leaf: Leaf, now: number): void {
    this.#forget(now);
    this.#sent.delete(leaf);
    this.#sent.set(leaf, now);
  }

  has(leaf: Leaf, now: number): boolean {
    this.#forget(now);
    return now - this.#everything < ON_ITS_WAY || this.#sent.has(leaf);
  }

  #forget(now: number): void {
    for (const [leaf, at] of this.#sent) {
      // A time in the future is from before the clock was set back.
      if (Math.abs(now - at) < ON_ITS_WAY) return;
      this.#sent.delete(leaf);
    }
  }
}
