import type { ListOptions, RoomStorage } from '../../../src/platform.ts';
import type { MemoryStorage } from './memory-storage.ts';

/** Which calls of a room to its storage fail, counted from 0; none where they are left out. */
export interface Faults {
  /** Nothing from this call on has any effect or answer. */
  crashAt?: number;
  /** This call is refused, if it is a put. */
  refuseAt?: number;
}

/** The storage of one instance of a room, which may crash before what is on the disk does. */
export class FaultyStorage {
  readonly #disk: MemoryStorage;
  readonly #crashAt: number;
  readonly #refuseAt: number;
  #calls = 0;
  #end!: () => void;
  isOver = false;
  /** Resolves when it is. */
  readonly over = new Promise<void>((resolve) => {
    this.#end = resolve;
  });
  /** How many puts were refused. */
  refused = 0;

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
    if (!this.isOver && this.#calls === this.#refuseAt) {
      this.#calls += 1;
      this.refused += 1;
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

  #call<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.#calls++ === this.#crashAt) {
      this.isOver = true;
      this.#end();
    }
    return this.isOver ? new Promise(() => undefined) : call();
  }
}
