import type { Leaf } from '../../document/stamp-tree.ts';

/** How long what was sent may be on its way, in milliseconds: longer than any usual connection takes. */
const ON_ITS_WAY = 5_000;

/**
 * What may be on its way to one device of a PartyKit persister. That protocol has no clocks: a
 * device keeps what it got last. If it writes a cell while another's change of that cell is still
 * on its way to it, it ends up with that older change, unless it is told again what holds.
 */
export class InFlight {
  /** When each was sent last, in milliseconds since the epoch; oldest first. */
  readonly #sent = new Map<Leaf, number>();

  /** When everything was sent last, in milliseconds since the epoch. */
  #everything = 0;

  /** Notes nothing of each: for a full store that would take a tenth of the memory there is. */
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
      // What seems to be from the future is from before the clock was set back.
      if (Math.abs(now - at) < ON_ITS_WAY) return;
      this.#sent.delete(leaf);
    }
  }
}
