import { createMergeableStore, type MergeableStore } from 'tinybase';
import { HEARTBEAT } from './heartbeat.ts';

/** How long to gather edits before they are written to disk, in milliseconds. */
const GATHERING = 250;

export interface OfflineCopy {
  /** Stops writing, after a last time. */
  stop(): Promise<void>;
  /** Stops writing and deletes the copy. */
  erase(): Promise<void>;
}

/**
 * Keeps a copy of a store in IndexedDB, through TinyBase's persister. That persister replaces what
 * it loads into and what it saves over; so it works on a store of its own, which is merged with
 * the app's both ways, under a lock. Several tabs can share one copy and lose nothing.
 */
export async function keepOffline(
  store: MergeableStore,
  name: string,
  now: () => number,
): Promise<OfflineCopy> {
  const { createIndexedDbPersister } = await import('tinybase/persisters/persister-indexed-db');
  const merge = (write: boolean) =>
    locked(name, async () => {
      const copy = createMergeableStore(undefined, now);
      const failures: Error[] = [];
      const note = (error: Error) => void failures.push(error);
      const persister = createIndexedDbPersister(copy, name, undefined, note);
      await persister.load();
      // Whatever could not be read must not be written over. The first time there is nothing yet.
      const failure = failures.find((error) => error.name !== 'NotFoundError');
      if (failure) throw failure;
      store.applyMergeableChanges(copy.getMergeableContent() as never);
      if (write) {
        copy.applyMergeableChanges(store.getMergeableContent() as never);
        await persister.save();
      }
      await persister.destroy();
    });
  await merge(false);
  let timeout: ReturnType<typeof setTimeout> | undefined;
  const schedule = () => {
    timeout ??= setTimeout(save, GATHERING);
  };
  const save = () => {
    clearTimeout(timeout);
    timeout = undefined;
    return merge(true).catch(schedule);
  };
  const listener = store.addDidFinishTransactionListener(() => {
    if (!isBeat(store)) schedule();
  });
  const hide = () => void (timeout && save());
  globalThis.addEventListener?.('pagehide', hide);
  const end = () => {
    clearTimeout(timeout);
    store.delListener(listener);
    globalThis.removeEventListener?.('pagehide', hide);
  };
  return {
    stop() {
      end();
      return timeout ? save() : Promise.resolve();
    },
    async erase() {
      end();
      timeout = undefined;
      await locked(name, async () => void indexedDB.deleteDatabase(name));
    },
  };
}

/** Whether the transaction that just finished changed nothing but the heartbeat, or nothing. */
function isBeat(store: MergeableStore): boolean {
  const [[tables], [values]] = store.getTransactionMergeableChanges();
  return [...Object.keys(tables), ...Object.keys(values)].every((id) => id === HEARTBEAT);
}

/** Runs alone among all tabs, where the browser has locks (pages from https and localhost). */
async function locked(name: string, run: () => Promise<void>): Promise<void> {
  if (globalThis.navigator?.locks) await navigator.locks.request(name, run);
  else await run();
}
