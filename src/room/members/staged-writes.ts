import type { RoomStorage } from '../../platform.ts';
import { batchesOf } from '../key-batches.ts';

/** Writes that are collected in memory and stored in one transaction, one after the other. */
export class StagedWrites {
  readonly #storage: RoomStorage;
  /** By key; undefined for a deletion. */
  #staged = new Map<string, unknown>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(storage: RoomStorage) {
    this.#storage = storage;
  }

  put(key: string, value: object): void {
    this.#staged.set(key, value);
  }

  delete(key: string): void {
    this.#staged.set(key, undefined);
  }

  /** Stores what was staged until now. */
  save(): Promise<void> {
    const saved = this.#last.then(() => this.#store());
    this.#last = saved.catch(() => undefined);
    return saved;
  }

  async #store(): Promise<void> {
    if (this.#staged.size === 0) return;
    const staged = [...this.#staged];
    this.#staged = new Map();
    const deleted = staged.filter(([, value]) => value === undefined).map(([key]) => key);
    const changed = staged.filter(([, value]) => value !== undefined);
    await this.#storage.transaction(async (transaction) => {
      for (const batch of batchesOf(changed)) await transaction.put(Object.fromEntries(batch));
      for (const batch of batchesOf(deleted)) await transaction.delete(batch);
    });
  }
}
