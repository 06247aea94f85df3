import type { MergeableStore } from 'tinybase';
import { withDeadline } from '../common/deadline.ts';
import type { RuntimeEvents } from '../common/runtime-events.ts';
import { TinyHostError } from '../errors.ts';
import { ResumePoint } from '../sync/resume/resume-point.ts';
import { persisterName } from './copy-owner.ts';
import type { CreatePersister, OfflineCopy } from './offline-copy.ts';

/** How long the connection waits for the copy. */
const COPY_TIMEOUT_MS = 3_000;

/** What keeps a copy. */
interface CopyKeeper {
  readonly loaded: Promise<void>;
  stop(): Promise<void>;
}

export interface CopyOptions {
  /** The name of the copy; see `offlineCopyName`. */
  name: string;
  /** Creates the app's persister; undefined for IndexedDB. */
  create?: CreatePersister | undefined;
  events?: RuntimeEvents | undefined;
  /** Kept with the copy in IndexedDB. */
  point?: ResumePoint;
}

/**
 * Merges the copy with this name into a store, and keeps it up to date. Calls `report` with each
 * failure, and with undefined when the copy works again.
 */
export function openOfflineCopy(
  store: MergeableStore,
  { name, create, events, point = new ResumePoint() }: CopyOptions,
  report: (error: TinyHostError | undefined) => void,
): OfflineCopy {
  const loading: Promise<CopyKeeper> = create
    ? import('./persister-copy.ts').then(
        ({ PersisterCopy }) =>
          new PersisterCopy(store, persisterName(name), create, report, events),
      )
    : import('./copy-writer.ts').then(
        ({ CopyWriter }) => new CopyWriter(store, name, point, report),
      );
  let stopping: Promise<void> | undefined;
  const fail = (cause: unknown): void => {
    if (!stopping) report(openingError(cause));
  };
  const inTime = (work: (keeper: CopyKeeper) => Promise<void>): Promise<void> =>
    withDeadline({ timeoutMs: COPY_TIMEOUT_MS }, () => loading.then(work));
  return {
    name,
    ready: inTime((keeper) => keeper.loaded).catch(fail),
    stop() {
      stopping ??= inTime((keeper) => keeper.stop()).catch(() => undefined);
      return stopping;
    },
  };
}

function openingError(cause: unknown): TinyHostError {
  const isTimeout = cause instanceof TinyHostError && cause.code === 'timeout';
  if (isTimeout) return new TinyHostError('storage', 'the offline copy does not open');
  return new TinyHostError('storage', 'the code of the offline copy is missing', { cause });
}
