import { ChangeOrigins } from '../../operations/change-origins.ts';
import type { WrittenStamp } from '../content/publication.ts';
import { originOf } from './origin.ts';

/** Changes are told after this pause, in milliseconds, but at most so long after the first one. */
const QUIET = 2_000;
const LONGEST_WAIT = 10_000;

/** When changes came that hooks were not told of, and from whom. The log has the changes. */
export class UntoldChanges {
  readonly origins = new ChangeOrigins();
  readonly #first: number;
  #last: number;
  /** The last author, because most changes come from the author of the one before. */
  #lastWriter: WrittenStamp['writer'] | null = null;

  constructor(now: number) {
    this.#first = now;
    this.#last = now;
  }

  note(written: readonly WrittenStamp[], now: number): void {
    this.#last = now;
    for (const { writer } of written) {
      if (writer === this.#lastWriter) continue;
      this.#lastWriter = writer;
      this.origins.add(originOf(writer));
    }
  }

  /** Puts earlier changes before these. */
  after(earlier: UntoldChanges): UntoldChanges {
    const all = new UntoldChanges(earlier.#first);
    all.#last = this.#last;
    all.origins.add(...earlier.origins.list, ...this.origins.list);
    return all;
  }

  /** When they are to be told, in milliseconds since the epoch. */
  get due(): number {
    return Math.min(this.#last + QUIET, this.#first + LONGEST_WAIT);
  }
}
