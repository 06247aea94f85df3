import type { ListOptions, RoomStorage } from '../../../../src/platform.ts';
import type { MemoryStorage } from './memory-storage.ts';

/** The storage calls that fail, counted from 0. No call fails for an absent property. */
export interface Faults {
  /** From this call on, no call has an effect or resolves. */
  crashAt?: number;
  /** This call rejects if it is a put. */
  refuseAt?: number;
}

/** The storage of one room instance. It can crash while the stored data survives. */
export class FaultyStorage {
  readonly #disk: MemoryStorage;
  readonly #crashAt: number;
  readonly #refuseAt: number;
  #calls = 0;
  #end!: () => void;
  hasCrashed = false;
  /** Resolves when the storage has crashed. */
  readonly crashed = new Promise<void>((resolve) => {
    this.#end = resolve;
  });
  /** The number of refused puts. */
  refusedPuts = 0;

  constructor(disk: MemoryStorage, { crashAt = Infinity, refuseAt = Infinity }: Faults = {}) {
    this.#disk = disk;
    this.#crashAt = crashAt;
    this.#refuseAt = refuseAt;
  }

  get asStorage(): RoomStorage {
    return this as unknown as RoomStorage;
  }

  get(key: string): Promise<unknown> {
    return this.#call(() => this.#disk.get(key));
  }

  put(key: string | Record<string, unknown>, value?: unknown): Promise<void> {
    if (!this.hasCrashed && this.#calls === this.#refuseAt) {
      this.#calls += 1;
      this.refusedPuts += 1;
      return Promise.reject(new Error('the disk is full'));
    }
    return this.#call(() => this.#disk.put(key as string, value));
  }

  delete(keys: string[]): Promise<number> {
    return this.#call(() => this.#disk.delete(keys));
  }

  list(options: ListOptions): Promise<Map<string, unknown>> {
    return this.#call(() => this.#disk.list(options));
  }

  /** From now on, no call has an effect or resolves. */
  crash(): void {
    this.hasCrashed = true;
    this.#end();
  }

  #call<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.#calls++ === this.#crashAt) this.crash();
    return this.hasCrashed ? new Promise(() => undefined) : call();
  }
}
