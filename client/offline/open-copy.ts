import type { MergeableStore } from 'tinybase';
import { withDeadline } from '../common/deadline.ts';
import { TinyHostError } from '../errors.ts';
import type { CopyWriter } from './copy-writer.ts';

/** How long the connection waits for the copy. */
const COPY_TIMEOUT_MS = 3_000;

/** The copy of a store on this device. Its promises never reject, because it is optional. */
export interface OfflineCopy {
  /** Resolves when the copy has been merged into the store, or after 3 seconds. */
  readonly ready: Promise<void>;
  /** Writes all unsaved edits, then closes the copy. Resolves after at most 3 seconds. */
  stop(): Promise<void>;
}

/**
 * Merges the copy in the database with this name into a store, and keeps it up to date. Calls
 * `report` with each failure, and with undefined when the copy works again.
 */
export function openOfflineCopy(
  store: MergeableStore,
  name: string,
  report: (error: TinyHostError | undefined) => void,
): OfflineCopy {
  const loading = import('./copy-writer.ts').then(
    ({ CopyWriter }) => new CopyWriter(store, name, report),
  );
  let stopped = false;
  const fail = (cause: unknown): void => {
    if (!stopped) report(openingError(cause));
  };
  const inTime = (work: (writer: CopyWriter) => Promise<void>): Promise<void> =>
    withDeadline({ timeoutMs: COPY_TIMEOUT_MS }, () => loading.then(work));
  return {
    ready: inTime((writer) => writer.loaded).catch(fail),
    async stop() {
      stopped = true;
      await inTime((writer) => writer.stop()).catch(() => undefined);
    },
  };
}

function openingError(cause: unknown): TinyHostError {
  const isTimeout = cause instanceof TinyHostError && cause.code === 'timeout';
  if (isTimeout) return new TinyHostError('storage', 'the offline copy does not open');
  return new TinyHostError('storage', 'the code of the offline copy is missing', { cause });
}
