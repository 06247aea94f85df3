import type { RoomStorage } from '../../platform.ts';
import { batchesOf, KEYS_PER_CALL } from '../key-batches.ts';
import type { KeyRange } from './log-keys.ts';

/** Room storage for any number of keys. The methods that remove keys yield after each call. */
export class LogStorage {
  readonly #storage: RoomStorage;

  constructor(storage: RoomStorage) {
    this.#storage = storage;
  }

  get<Value>(key: string): Promise<Value | undefined> {
    return this.#storage.get(key);
  }

  /** Starts every write in this turn. Rejects if storage refuses any of them. */
  async put(entries: [key: string, value: unknown][]): Promise<void> {
    const calls: Promise<void>[] = [];
    for (const call of batchesOf(entries)) {
      const [first] = call;
      calls.push(
        call.length === 1 && first
          ? this.#storage.put(...first)
          : this.#storage.put(Object.fromEntries(call)),
      );
    }
    await Promise.all(calls);
  }

  /** Reads a range in order, page by page, with at most `limit` keys on each. */
  async *pages<Value>(
    { start, end }: KeyRange,
    limit = KEYS_PER_CALL,
  ): AsyncGenerator<Map<string, Value>> {
    for (let from = start; ; ) {
      const page = await this.#storage.list<Value>({ start: from, end, limit });
      yield page;
      const last = [...page.keys()].at(-1);
      if (page.size < limit || !last) return;
      from = `${last}\0`;
    }
  }

  /** Reads a range from its last key to its first, page by page. */
  async *pagesBackwards<Value>(
    { start, end }: KeyRange,
    limit: number,
  ): AsyncGenerator<Map<string, Value>> {
    for (let to = end; ; ) {
      const page = await this.#storage.list<Value>({ start, end: to, limit, reverse: true });
      yield page;
      const last = [...page.keys()].at(-1);
      if (page.size < limit || !last) return;
      to = last;
    }
  }

  /** The last key of a range and its value. */
  async last<Value>(range: KeyRange): Promise<[key: string, value: Value] | undefined> {
    return [...(await this.#storage.list<Value>({ ...range, limit: 1, reverse: true }))][0];
  }

  async has(range: KeyRange): Promise<boolean> {
    return (await this.#storage.list({ ...range, limit: 1 })).size > 0;
  }

  /** Removes any number of keys. */
  async delete(keys: Iterable<string>): Promise<void> {
    for (const call of batchesOf(keys)) await this.#storage.delete(call);
  }

  /** Removes everything in a range. */
  async *removeRange(range: KeyRange): AsyncGenerator<void> {
    for (;;) {
      const found = await this.#storage.list({ ...range, limit: KEYS_PER_CALL });
      if (found.size === 0) return;
      yield;
      await this.#storage.delete([...found.keys()]);
      yield;
    }
  }
}
