import type { MergeableStore } from 'tinybase';
import { withDeadline } from '../common/deadline.ts';
import { TinyHostError } from '../errors.ts';
import type { CopyKeeper } from './copy-keeper.ts';

/** How long anything may wait for the copy, in milliseconds. */
const PATIENCE = 3_000;

/** The copy of a store on this device. Nothing depends on it: neither method ever rejects. */
export interface OfflineCopy {
  /** Resolves when the copy has been merged into the store; after 3 s at the latest. */
  readonly ready: Promise<void>;
  /** Writes what is not yet written, and stops. Resolves after 3 s at the latest. */
  stop(): Promise<void>;
}

/**
 * Keeps a copy of a store in the database of this name, and merges what is there into the store.
 * `tell` is called with each failure, and with undefined when the copy is in order again.
 */
export function openOfflineCopy(
  store: MergeableStore,
  name: string,
  tell: (error: TinyHostError | undefined) => void,
): OfflineCopy {
  const keeping = import('./copy-keeper.ts').then(
    ({ CopyKeeper }) => new CopyKeeper(store, name, tell),
  );
  let stopped = false;
  const report = (cause: unknown): void => {
    if (!stopped) tell(openingError(cause));
  };
  const inTime = (work: (keeper: CopyKeeper) => Promise<void>): Promise<void> =>
    withDeadline({ timeoutMs: PATIENCE }, () => keeping.then(work));
  return {
    ready: inTime((keeper) => keeper.loaded).catch(report),
    async stop() {
      stopped = true;
      await inTime((keeper) => keeper.stop()).catch(() => undefined);
    },
  };
}

function openingError(cause: unknown): TinyHostError {
  const isTimeout = cause instanceof TinyHostError && cause.code === 'timeout';
  if (isTimeout) return new TinyHostError('storage', 'the offline copy does not open');
  return new TinyHostError('storage', 'the code of the offline copy is missing', { cause });
}
