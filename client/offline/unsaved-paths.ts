import { keyOf, type Path } from '../sync/entries.ts';

/**
 * The rows and values that still have to be written. It holds their paths and not their content, so
 * it never grows larger than the store, however long saving fails.
 */
export class UnsavedPaths {
  readonly #waiting = new Map<string, Path>();
  readonly #writing = new Set<Path[]>();

  /** The number of waiting paths, without those that are being written. */
  get size(): number {
    return this.#waiting.size;
  }

  add(path: Path): void {
    const key = keyOf(path);
    this.#waiting.delete(key);
    this.#waiting.set(key, path);
  }

  /** Takes at most `count` paths to write. Call `done` with them afterwards. */
  take(count: number): Path[] {
    const batch = [...this.#waiting.values()].slice(0, count);
    for (const path of batch) this.#waiting.delete(keyOf(path));
    this.#writing.add(batch);
    return batch;
  }

  /** Ends the write of a batch of `take`. If it failed, its paths wait again. */
  done(batch: Path[], written: boolean): void {
    this.#writing.delete(batch);
    if (!written) for (const path of batch) this.add(path);
  }

  /** The latest `count` paths, including those that are being written. */
  latest(count: number): Path[] {
    return [...[...this.#writing].flat(), ...this.#waiting.values()].slice(-count);
  }
}
