import { keyOf, type Path } from './records.ts';

/**
 * Which rows and values are still to be written. It holds their names, not what was written to
 * them, so it never outgrows the store, however long saving fails.
 */
export class UnsavedPaths {
  readonly #waiting = new Map<string, Path>();
  readonly #writing = new Set<Path[]>();

  /** How many wait, those that are being written aside. */
  get size(): number {
    return this.#waiting.size;
  }

  add(path: Path): void {
    const key = keyOf(path);
    this.#waiting.delete(key);
    this.#waiting.set(key, path);
  }

  /** Takes the next few to be written, until `done` is called with them. */
  take(count: number): Path[] {
    const batch = [...this.#waiting.values()].slice(0, count);
    for (const path of batch) this.#waiting.delete(keyOf(path));
    this.#writing.add(batch);
    return batch;
  }

  /** Those of `take` are written, or have to wait again. */
  done(batch: Path[], written: boolean): void {
    this.#writing.delete(batch);
    if (!written) for (const path of batch) this.add(path);
  }

  /** The latest of all, those that are being written included. */
  latest(count: number): Path[] {
    return [...[...this.#writing].flat(), ...this.#waiting.values()].slice(-count);
  }
}
