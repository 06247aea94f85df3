import { TinyHostError } from '../errors.ts';
import type { SessionStorage, StorageReport } from './session-storage.ts';

/**
 * Wraps the app's storage, which may fail at any time because it is full or forbidden. The methods
 * never throw. An item that cannot be written is kept in memory until the app closes.
 */
export class SafeStorage implements SessionStorage {
  readonly #memory = new Map<string, string>();
  readonly #report: StorageReport;
  /** The wrapped storage; undefined to use memory only. */
  readonly area: SessionStorage | undefined;

  constructor(area: SessionStorage | undefined, report: StorageReport = () => undefined) {
    this.area = area;
    this.#report = report;
  }

  getItem(key: string): string | null {
    const kept = this.#memory.get(key);
    if (kept !== undefined) return kept;
    let text: string | null = null;
    this.#attempt('read', (area) => {
      text = textOf(area.getItem(key));
    });
    return text;
  }

  setItem(key: string, value: string): void {
    this.#memory.set(key, value);
    if (!this.area) return;
    if (this.#attempt('written', (area) => area.setItem(key, value))) this.#memory.delete(key);
    // The stored item is outdated: at the next start it would sign in the former user.
    else this.#attempt('removed', (area) => area.removeItem(key));
  }

  removeItem(key: string): void {
    this.#memory.delete(key);
    this.#attempt('removed', (area) => area.removeItem(key));
  }

  /** Returns whether the action succeeded, and reports it if not. */
  #attempt(verb: string, action: (area: SessionStorage) => void): boolean {
    try {
      if (this.area) action(this.area);
      return true;
    } catch (cause) {
      this.#report(new TinyHostError('storage', `the session could not be ${verb}`, { cause }));
      return false;
    }
  }
}

function textOf(item: unknown): string | null {
  if (typeof item === 'string') return item;
  if (item === null || item === undefined) return null;
  throw new TypeError('getItem has to return a string or null, and not a promise');
}
