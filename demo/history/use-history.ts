import { useCallback, useEffect, useRef, useState } from 'react';
import type { ListedSession, RestoreResult, StoreMoment } from '../../client/index.ts';
import { useClient, useConnectionState } from '../../client/react/index.tsx';
import { useEnding } from '../hooks/use-ending.ts';
import { type ErrorMessages, errorMessage } from '../ui/error-messages.ts';

/** Moments that are shown at first, and added with each step. */
const LIMIT = 20;

export const OFFLINE = 'The server has the history. It is shown when this device is online.';
const NOT_SAVED = 'Some changes of this device are not saved yet. Try again in a moment.';

const MESSAGES: ErrorMessages = {
  history_gone: 'The history does not reach back to that moment any more.',
  forbidden: 'You may only read this list.',
  store_full: 'There is not enough room for this in the list.',
};

export interface ListedMoments {
  moments: readonly StoreMoment[];
  /** The page of earlier moments; null if there is none. */
  next: string | null;
  /** The sessions of the user, if the store is the private one. */
  sessions: readonly ListedSession[];
}

/**
 * The history of a store. It is loaded as soon as the server can be reached. `listed` is undefined
 * until then, and `problem` says why the last action failed.
 */
export function useHistory(store: string | undefined) {
  const client = useClient();
  const { status, saved } = useConnectionState();
  // Calls of a device that is refused, such as for a full store, still succeed.
  const isReachable = status === 'online' || status === 'stale' || status === 'refused';
  const [listed, setListed] = useState<ListedMoments>();
  const isLoaded = useRef(false);

  const load = useCallback(
    async (signal: AbortSignal) => {
      isLoaded.current = false;
      const [{ moments, next }, sessions] = await Promise.all([
        client.history.list({ store, limit: LIMIT, signal }),
        store === undefined ? client.sessions({ signal }) : [],
      ]);
      isLoaded.current = true;
      setListed({ moments, next, sessions });
    },
    [client, store],
  );
  const { problem, setProblem, attempt } = useOneAttempt(load);
  const reload = useCallback(() => attempt(load), [attempt, load]);
  useEffect(() => {
    if (isReachable && !isLoaded.current) void reload();
  }, [reload, isReachable]);

  const loadEarlier = ({ moments, next, sessions }: ListedMoments) =>
    attempt(async (signal) => {
      const before = next ?? undefined;
      const page = await client.history.list({ store, before, limit: LIMIT, signal });
      setListed({ moments: [...moments, ...page.moments], next: page.next, sessions });
    });

  /** Restores what the store was just before a moment. */
  const restore = (at: string, done: (result: RestoreResult) => void) => {
    // Unsaved changes would be merged into what is restored.
    if (!isReachable || !saved) return setProblem(isReachable ? NOT_SAVED : OFFLINE);
    void attempt(async (signal) => {
      done(await client.history.restore(at, { store, signal }));
      await load(signal);
    });
  };
  return { listed, problem, isReachable, reload, loadEarlier, restore };
}

/** Runs one action at a time. If a moment does not exist any more, the list is loaded again. */
function useOneAttempt(load: (signal: AbortSignal) => Promise<void>) {
  const [problem, setProblem] = useState('');
  const isRunning = useRef(false);
  const ending = useEnding();
  const attempt = useCallback(
    async (run: (signal: AbortSignal) => Promise<unknown>) => {
      if (isRunning.current) return;
      isRunning.current = true;
      const signal = ending();
      setProblem('');
      try {
        await run(signal);
      } catch (error) {
        if (!signal.aborted) setProblem(errorMessage(error, MESSAGES));
        if ((error as { code?: string }).code === 'history_gone')
          await load(signal).catch(() => undefined);
      }
      isRunning.current = false;
    },
    [load],
  );
  return { problem, setProblem, attempt };
}
