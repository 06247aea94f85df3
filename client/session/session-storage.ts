import { TinyHostError } from '../errors.ts';

/** Somewhere to keep a session: the part of the Web Storage API that the client uses. */
export type SessionStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Takes a failure of the storage; must not throw. */
export type StorageReport = (error: TinyHostError) => void;

/**
 * The app's storage, which may fail at any time: it is full, or forbidden in this window. Nothing
 * here throws. What cannot be written is kept in memory, so it is there until the app closes.
 */
export class SafeStorage implements SessionStorage {
  readonly #memory = new Map<string, string>();
  readonly #report: StorageReport;
  /** The storage itself; undefined for memory only. */
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
    // What stands there is out of date: at the next start it would sign in somebody else.
    else this.#attempt('removed', (area) => area.removeItem(key));
  }

  removeItem(key: string): void {
    this.#memory.delete(key);
    this.#attempt('removed', (area) => area.removeItem(key));
  }

  /** Whether it worked. */
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
  throw new TypeError('getItem has to return text or null, and at once');
}

/**
 * The browser's localStorage; undefined where there is none. In some browsers a look is refused.
 */
export function browserStorage(report: StorageReport): SessionStorage | undefined {
  try {
    return globalThis.localStorage ?? undefined;
  } catch (cause) {
    report(new TinyHostError('storage', 'localStorage may not be used here', { cause }));
    return undefined;
  }
}
