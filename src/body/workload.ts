import { fail } from '../protocol/errors.ts';

/**
 * Bytes of large bodies that an isolate processes at once. A body of 32 MiB becomes text, objects
 * and stamps. Together with its store that fills 128 MB.
 */
export const BYTES_AT_ONCE = 40_000_000;

/** Smaller bodies do not count and are never refused. */
export const SMALL_BYTES = 65_536;

/** Seconds until a client should try again: the time for a body of 32 MiB. */
const RETRY_AFTER = 5;

export const OVERLOADED = fail('overloaded', 'too much is being taken in right now; try again', {
  retryAfter: RETRY_AFTER,
});

/**
 * The bodies that are being processed. Rooms of several users share an isolate and its workload.
 */
export class Workload {
  readonly #limit: number;
  #bytes = 0;

  constructor(limit = BYTES_AT_ONCE) {
    this.#limit = limit;
  }

  /** Begins a share for one body. The caller has to end it. */
  begin(): Share {
    let taken = 0;
    return {
      grow: (bytes) => {
        if (bytes <= SMALL_BYTES) return true;
        const others = this.#bytes - taken;
        // A single body may have any size that its route allows.
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

/** The share of one body in a workload, from its first byte until it is processed. */
export interface Share {
  /** Sets the size of the body. False if it does not fit. */
  grow(bytes: number): boolean;
  /** Releases the share. Can be repeated. */
  end(): void;
}

/** The workload of this isolate. */
export const workload = new Workload();
