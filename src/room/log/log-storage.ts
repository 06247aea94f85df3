import type { RoomStorage } from '../../platform.ts';
import type { KeyRange } from './log-keys.ts';

/** Room storage takes and gives this many keys in one call. */
const KEYS_PER_CALL = 128;

/** Room storage for any number of keys. What removes a lot yields after each call. */
export class LogStorage {
  readonly #storage: RoomStorage;

  constructor(storage: RoomStorage) {
    this.#storage = storage;
  }

  get<Value>(key: string): Promise<Value | undefined> {
    return this.#storage.get(key);
  }

  /** Has everything written in this turn. Rejects if any of it is refused. */
  async put(entries: [key: string, value: unknown][]): Promise<void> {
    const calls: Promise<void>[] = [];
    for (let start = 0; start < entries.length; start += KEYS_PER_CALL) {
      const call = entries.slice(start, start + KEYS_PER_CALL);
      const [first] = call;
      calls.push(
        call.length === 1 && first
          ? this.#storage.put(...first)
          : this.#storage.put(Object.fromEntries(call)),
      );
    }
    await Promise.all(calls);
  }

  /** All that is in a range, in order, page by page. */
  async *pages<Value>({ start, end }: KeyRange): AsyncGenerator<Map<string, Value>> {
    for (let from = start; ; ) {
      const page = await this.#storage.list<Value>({ start: from, end, limit: KEYS_PER_CALL });
      yield page;
      const last = [...page.keys()].at(-1);
      if (page.size < KEYS_PER_CALL || !last) return;
      from = `${last}\0`;
    }
  }

  async has(range: KeyRange): Promise<boolean> {
    return (await this.#storage.list({ ...range, limit: 1 })).size > 0;
  }

  /** Removes whatever is in a range. */
  async *removeRange(range: KeyRange): AsyncGenerator<void> {
    for (;;) {
      const found = await this.#storage.list({ ...range, limit: KEYS_PER_CALL });
      if (found.size === 0) return;
      yield;
      await this.#storage.delete([...found.keys()]);
      yield;
    }
  }

  async *remove(keys: Iterable<string>): AsyncGenerator<void> {
    let call: string[] = [];
    for (const key of keys) {
      call.push(key);
      if (call.length < KEYS_PER_CALL) continue;
      await this.#storage.delete(call);
      yield;
      call = [];
    }
    if (call.length > 0) await this.#storage.delete(call);
  }
}
