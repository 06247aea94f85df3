import type { MergeableStore } from 'tinybase';
import { exponentialBackoff } from '../common/backoff.ts';
import { TinyHostError } from '../errors.ts';

/** How long to collect edits before they are saved. */
const DEBOUNCE_MS = 250;
/** The delays before another attempt after a failure. */
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** The copy of a store on this device. Its promises never reject, because it is optional. */
export interface OfflineCopy {
  readonly name: string;
  /** Resolves when the copy has been merged into the store, or after 3 seconds. */
  readonly ready: Promise<void>;
  /** Writes all unsaved edits, then closes the copy. Resolves after at most 3 seconds. */
  stop(): Promise<void>;
}

/** The part of a TinyBase persister that is used. */
export interface OfflinePersister {
  load(): Promise<unknown>;
  save(): Promise<unknown>;
  destroy(): Promise<unknown>;
}

/**
 * Creates a persister of TinyBase that supports a MergeableStore. It is called twice: with an empty
 * store to load the copy into, and with the store of the connection to save it.
 *
 * `name` is made of letters, digits and a hyphen, and differs for each user of each app. Pass
 * `onError` to the persister, so that the client can report failures and try again.
 */
export type CreatePersister = (
  store: MergeableStore,
  name: string,
  onError: (error: unknown) => void,
) => OfflinePersister | Promise<OfflinePersister>;

/** Returns the milliseconds before the next save, after this number of failures in a row. */
export const saveDelay = (failures: number): number =>
  exponentialBackoff(failures, FIRST_DELAY_MS, LONGEST_DELAY_MS) || DEBOUNCE_MS;

/** The error of a copy that cannot be read or written now. The next attempt may succeed. */
export const unusableCopy = (cause: unknown): TinyHostError =>
  new TinyHostError('storage', 'the offline copy cannot be used at the moment', { cause });
