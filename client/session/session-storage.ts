import { hasDocument } from '../common/has-document.ts';
import { TinyHostError } from '../errors.ts';

/** A place to keep the session: the part of the Web Storage API that the client uses. */
export type SessionStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The same with promises, as in React Native's AsyncStorage. */
export interface AsyncSessionStorage {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<unknown>;
  removeItem(key: string): Promise<unknown>;
}

/** Receives each failure of the storage. It must not throw. */
export type StorageReport = (error: TinyHostError) => void;

/** The error of a failed operation. `verb` says what could not be done: `read`, `written`, `removed`. */
export const storageError = (verb: string, cause: unknown): TinyHostError =>
  new TinyHostError('storage', `the session could not be ${verb}`, { cause });

/**
 * Returns the localStorage of a page; undefined in other runtimes, and with a report if the browser
 * forbids access. That of Node.js and Deno is not used: all users of a server would share it.
 */
export function browserStorage(report: StorageReport): SessionStorage | undefined {
  if (!hasDocument()) return undefined;
  try {
    return globalThis.localStorage ?? undefined;
  } catch (cause) {
    report(new TinyHostError('storage', 'localStorage may not be used here', { cause }));
    return undefined;
  }
}
