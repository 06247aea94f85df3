import { serialize } from 'node:v8';
import type { ListOptions, RoomStorage, RoomTransaction } from '../../../../src/platform.ts';

/** Room storage in memory, with the limits of PartyKit's storage. */
export class MemoryStorage implements RoomStorage {
  /** The number of calls that wrote. Tests use it to show that an operation writes nothing. */
  writes = 0;
  alarm: number | null = null;
  private entries = new Map<string, unknown>();
  private lastTransaction: Promise<unknown> = Promise.resolve();

  async get<Value>(key: string): Promise<Value | undefined>;
  async get<Value>(keys: string[]): Promise<Map<string, Value>>;
  async get<Value>(keys: string | string[]): Promise<Value | undefined | Map<string, Value>> {
    if (typeof keys === 'string') return structuredClone(this.entries.get(keys) as Value);
    const found = keys.filter((key) => this.entries.has(key)).sort();
    return new Map(found.map((key) => [key, structuredClone(this.entries.get(key) as Value)]));
  }

  async put<Value>(key: string | Record<string, Value>, value?: Value): Promise<void> {
    const entries = Object.entries(typeof key === 'string' ? { [key]: value } : key);
    if (entries.length > 128) throw new RangeError('put takes at most 128 entries');
    for (const [, value] of entries) refuseLarge(value);
    this.writes += 1;
    for (const [key, value] of entries) this.entries.set(key, structuredClone(value));
  }

  async delete(key: string): Promise<boolean>;
  async delete(keys: string[]): Promise<number>;
  async delete(keys: string | string[]): Promise<boolean | number> {
    this.writes += 1;
    if (typeof keys === 'string') return this.entries.delete(keys);
    if (keys.length > 128) throw new RangeError('delete takes at most 128 keys');
    return keys.filter((key) => this.entries.delete(key)).length;
  }

  async list<Value>(options: ListOptions = {}): Promise<Map<string, Value>> {
    const { prefix = '', start = '', end, limit, reverse } = options;
    const keys = [...this.entries.keys()].filter(
      (key) => key.startsWith(prefix) && key >= start && (end === undefined || key < end),
    );
    keys.sort();
    const found = (reverse ? keys.reverse() : keys).slice(0, limit);
    const values = await this.get<Value>(found);
    return new Map(found.map((key) => [key, values.get(key)!]));
  }

  /** The storage within a transaction. As on the engines, transactions cannot be nested. */
  readonly #view: RoomTransaction = {
    get: this.get.bind(this) as RoomTransaction['get'],
    put: this.put.bind(this) as RoomTransaction['put'],
    delete: this.delete.bind(this) as RoomTransaction['delete'],
    list: this.list.bind(this),
    getAlarm: this.getAlarm.bind(this),
    setAlarm: this.setAlarm.bind(this),
    deleteAlarm: this.deleteAlarm.bind(this),
  };

  /** Runs transactions one after the other, and rolls back a failed one. */
  transaction<Value>(run: (transaction: RoomTransaction) => Promise<Value>): Promise<Value> {
    const result = this.lastTransaction.then(async () => {
      const before = new Map(this.entries);
      try {
        return await run(this.#view);
      } catch (error) {
        this.entries = before;
        throw error;
      }
    });
    this.lastTransaction = result.catch(() => undefined);
    return result;
  }

  async deleteAll(): Promise<void> {
    this.entries.clear();
  }

  async getAlarm(): Promise<number | null> {
    return this.alarm;
  }

  async setAlarm(time: number): Promise<void> {
    this.alarm = time;
  }

  async deleteAlarm(): Promise<void> {
    this.alarm = null;
  }

  /** Another storage with the same data. */
  copy(): MemoryStorage {
    const copy = new MemoryStorage();
    copy.entries = new Map(this.entries);
    copy.alarm = this.alarm;
    return copy;
  }

  /** Returns everything stored as text, to search it for secrets. */
  dump(): string {
    return JSON.stringify([...this.entries], (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    );
  }

  /** The size of all keys and values in bytes, serialized as the engines do. */
  get bytes(): number {
    let bytes = 0;
    for (const [key, value] of this.entries) bytes += key.length + serialize(value).length;
    return bytes;
  }
}

function refuseLarge(value: unknown): void {
  const size = serialize(value).length;
  if (size > 131_072) throw new RangeError('a value may have at most 131072 bytes');
}

/** The storage of one instance of a room. After its end, no call has an effect or settles. */
export class InstanceStorage {
  #isEnded = false;
  readonly asStorage: RoomStorage;

  /** `onCall` runs before each call, and may end the instance. */
  constructor(disk: RoomStorage, onCall: () => void = () => undefined) {
    this.asStorage = new Proxy(disk, {
      get: (_, name) => {
        const value: unknown = Reflect.get(disk, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (!this.#isEnded) onCall();
          return this.#isEnded ? new Promise(() => undefined) : value.apply(disk, args);
        };
      },
    });
  }

  end(): void {
    this.#isEnded = true;
  }
}
