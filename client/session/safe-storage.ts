import {
  type AsyncSessionStorage,
  type SessionStorage,
  type StorageReport,
  storageError,
} from './session-storage.ts';
import { WriteBehindCache } from './write-behind-cache.ts';

/**
 * Wraps the app's storage, which may fail at any time because it is full or forbidden, and may be
 * asynchronous. The methods never throw. An item that cannot be written is kept in memory until the
 * app closes.
 */
export class SafeStorage implements SessionStorage {
  readonly #memory = new Map<string, string>();
  readonly #report: StorageReport;
  #area: SessionStorage | AsyncSessionStorage | undefined;
  /** Stands in for an asynchronous storage; undefined until the first item is loaded. */
  #cache: WriteBehindCache | undefined;

  /** Without `area`, it uses memory only. */
  constructor(
    area: SessionStorage | AsyncSessionStorage | undefined,
    report: StorageReport = () => undefined,
  ) {
    this.#area = area;
    this.#report = report;
  }

  /** Whether this is the app's storage, and not another one or memory. */
  wraps(area: unknown): boolean {
    return area === this.#area;
  }

  /**
   * Reads an item at the start. Returns a promise, which never rejects, if the storage is
   * asynchronous. Call it before any other method.
   */
  load(key: string): string | null | Promise<string | null> {
    if (this.#cache) return this.#cache.load(key);
    const item = this.#read(key);
    if (!isPromise(item)) return textOf(item);
    this.#cache = new WriteBehindCache(this.#area as AsyncSessionStorage, this.#report);
    return this.#cache.load(key, item as Promise<string | null>);
  }

  /** Of an asynchronous storage, only items that were loaded or set are known. */
  getItem(key: string): string | null {
    return (
      this.#memory.get(key) ?? (this.#cache ? this.#cache.getItem(key) : textOf(this.#read(key)))
    );
  }

  setItem(key: string, value: string): void {
    this.#cache?.setItem(key, value);
    if (this.#cache) return;
    this.#memory.set(key, value);
    if (!this.#area) return;
    if (this.#attempt('written', (area) => area.setItem(key, value))) this.#memory.delete(key);
    // The stored item is outdated: at the next start it would sign in the former user.
    else this.#attempt('removed', (area) => area.removeItem(key));
  }

  removeItem(key: string): void {
    this.#cache?.removeItem(key);
    if (this.#cache) return;
    this.#memory.delete(key);
    this.#attempt('removed', (area) => area.removeItem(key));
  }

  /** Resolves when an asynchronous storage has written everything, or after 5 seconds. */
  async flush(): Promise<void> {
    await this.#cache?.flush();
  }

  #read(key: string): unknown {
    let item: unknown;
    this.#attempt('read', (area) => {
      item = area.getItem(key);
    });
    return item;
  }

  /** Returns whether the action succeeded, and reports it if not. */
  #attempt(verb: string, action: (area: SessionStorage | AsyncSessionStorage) => unknown): boolean {
    const fail = (cause: unknown) => this.#report(storageError(verb, cause));
    try {
      const result = this.#area && action(this.#area);
      if (isPromise(result)) result.then(undefined, fail);
      return true;
    } catch (cause) {
      fail(cause);
      return false;
    }
  }
}

const textOf = (item: unknown): string | null => (typeof item === 'string' ? item : null);

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as Promise<unknown> | null | undefined)?.then === 'function';
