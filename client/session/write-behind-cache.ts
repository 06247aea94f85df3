import { withDeadline } from '../common/deadline.ts';
import { TinyHostError } from '../errors.ts';
import {
  type AsyncSessionStorage,
  type SessionStorage,
  type StorageReport,
  storageError,
} from './session-storage.ts';

/** How long an operation of the storage may take before it is reported as failed. */
const OPERATION_TIMEOUT_MS = 5_000;

/**
 * Makes an asynchronous storage, such as React Native's AsyncStorage, look synchronous: items are
 * kept in memory, and written one after another. Of several writes to a key that wait, only the
 * newest is carried out. An operation that does not end is reported; later ones wait for it, so
 * that it cannot overwrite them, and the items stay in memory.
 */
export class WriteBehindCache implements SessionStorage {
  readonly #area: AsyncSessionStorage;
  readonly #report: StorageReport;
  readonly #items = new Map<string, string>();
  /** The keys that were ever written. What the storage held for them before is outdated. */
  readonly #written = new Set<string>();
  /** The keys whose newest item has to be written, in order. */
  readonly #waiting = new Set<string>();
  #writing: Promise<void> | undefined;

  constructor(area: AsyncSessionStorage, report: StorageReport) {
    this.#area = area;
    this.#report = report;
  }

  /** Resolves with what the storage held at the start, also if it was overwritten meanwhile. */
  async load(key: string, reading = this.#area.getItem(key)): Promise<string | null> {
    let text: unknown = null;
    await this.#attempt('read', async () => {
      text = (await reading) ?? null;
    });
    if (typeof text !== 'string') return null;
    if (!this.#written.has(key)) this.#items.set(key, text);
    return text;
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
    this.#write(key);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
    this.#write(key);
  }

  /** Resolves when everything is written, or after 5 seconds. Never rejects. */
  async flush(): Promise<void> {
    const options = { timeoutMs: OPERATION_TIMEOUT_MS };
    await withDeadline(options, async () => this.#writing).catch(() => undefined);
  }

  #write(key: string): void {
    this.#written.add(key);
    this.#waiting.add(key);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    for (const key of this.#waiting) {
      this.#waiting.delete(key);
      const value = this.#items.get(key);
      const isWritten =
        value !== undefined &&
        (await this.#attempt('written', () => this.#area.setItem(key, value)));
      // After a failed write, the stored item is outdated: it would sign in the former user.
      if (!isWritten) await this.#attempt('removed', () => this.#area.removeItem(key));
    }
  }

  /** Returns whether the operation succeeded, and reports it if not, or if it takes too long. */
  async #attempt(verb: string, operation: () => unknown): Promise<boolean> {
    const report = (cause: unknown) => this.#report(storageError(verb, cause));
    const late = new TinyHostError('timeout', 'the storage does not respond');
    const timeout = setTimeout(() => report(late), OPERATION_TIMEOUT_MS);
    try {
      await operation();
      return true;
    } catch (cause) {
      report(cause);
      return false;
    } finally {
      clearTimeout(timeout);
    }
  }
}
