import { useCallback, useEffect, useState } from 'react';
import type { Client } from '../../client/index.ts';
import { keepShownList, readShownList, type SharedList } from './shown-list.ts';

/** How many lists that are no longer shown stay connected, to send what was written offline. */
const MAX_RECENT = 4;

interface Lists {
  /** The list that the page shows; undefined for the private one. */
  shown: SharedList | undefined;
  /** The ids of the shared lists that were shown before, the last one first. */
  recent: readonly string[];
}

const NO_LISTS: Lists = { shown: undefined, recent: [] };

/** The list that the page shows, and a function that shows another one. */
export function useShownList(client: Client) {
  const [{ shown, recent }, setLists] = useState<Lists>(() =>
    client.currentSession ? { ...NO_LISTS, shown: readShownList() } : NO_LISTS,
  );
  const show = useCallback((next: SharedList | undefined) => {
    keepShownList(next);
    setLists(({ shown, recent }) => {
      const former = shown ? [shown.store, ...recent] : recent;
      const others = new Set(former.filter((store) => store !== next?.store));
      return { shown: next, recent: [...others].slice(0, MAX_RECENT) };
    });
  }, []);
  // Another user has other lists.
  useEffect(() => {
    let former = client.currentSession?.session_uuid;
    return client.subscribe((session) => {
      if (session?.session_uuid === former) return;
      former = session?.session_uuid;
      keepShownList(undefined);
      setLists(NO_LISTS);
    });
  }, [client]);
  return { shown, recent, show };
}
