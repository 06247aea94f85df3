import { fail } from '../protocol/errors.ts';

/**
 * Bytes of large bodies that an isolate works on at once. One of 32 MiB becomes text, objects and
 * edits; with the store that it goes into, that is what fits into 128 MB.
 */
export const BYTES_AT_ONCE = 40_000_000;

/** A body of up to so many bytes counts for nothing, so that it is never refused. */
export const SMALL_BYTES = 65_536;

/** After how many seconds there may be room for another: one of 32 MiB takes about as long. */
const RETRY_AFTER = 5;

export const OVERLOADED = fail('overloaded', 'too much is being taken in right now; try again', {
  retryAfter: RETRY_AFTER,
});

/** Bodies in work. Rooms of several users share an isolate, so there is one for all of them. */
export class Workload {
  readonly #limit: number;
  #bytes = 0;

  constructor(limit = BYTES_AT_ONCE) {
    this.#limit = limit;
  }

  /** Room for one body. Whoever asks for it has to end it. */
  begin(): Share {
    let taken = 0;
    return {
      grow: (bytes) => {
        if (bytes <= SMALL_BYTES) return true;
        const others = this.#bytes - taken;
        // A body that is alone may be of any size that its route allows.
        if (others > 0 && others + bytes > this.#limit) return false;
        this.#bytes = others + bytes;
        taken = bytes;
        return true;
      },
      end: () => {
        this.#bytes -= taken;
        taken = 0;
      },
    };
  }
}

/** What one body takes of a workload, from its first byte until its work is done. */
export interface Share {
  /** Whether the body may have so many bytes; they count from then on. */
  grow(bytes: number): boolean;
  /** Gives it back. Can be repeated. */
  end(): void;
}

/** That of this isolate. */
export const workload = new Workload();
