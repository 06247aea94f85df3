import type { MergeableStore } from 'tinybase';
import { TinyHostError } from '../errors.ts';
import { within } from '../within.ts';

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
  const keeping = import('./keeper.ts').then(
    ({ OfflineKeeper }) => new OfflineKeeper(store, name, tell),
  );
  let stopped = false;
  const report = (error: TinyHostError): void => {
    if (!stopped) tell(error);
  };
  const load = async () => {
    const inTime = await within(
      PATIENCE,
      keeping.then((keeper) => keeper.loaded),
    );
    if (!inTime) report(new TinyHostError('storage', 'the offline copy does not open'));
  };
  const missing = (cause: unknown) =>
    report(new TinyHostError('storage', 'the code of the offline copy is missing', { cause }));
  return {
    ready: load().catch(missing),
    async stop() {
      stopped = true;
      await within(
        PATIENCE,
        keeping.then((keeper) => keeper.stop()),
      ).catch(() => undefined);
    },
  };
}
