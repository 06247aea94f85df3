import { useCallback, useEffect, useState } from 'react';
import type { Client } from '../../client/index.ts';
import { keepShownList, readShownList, type SharedList } from './shown-list.ts';

/** The list that the page shows, and a function that shows another one; undefined is the private one. */
export function useShownList(client: Client) {
  const [list, setList] = useState(() => (client.currentSession ? readShownList() : undefined));
  const show = useCallback((next: SharedList | undefined) => {
    keepShownList(next);
    setList(next);
  }, []);
  // Another user has other lists.
  useEffect(() => {
    let former = client.currentSession?.session_uuid;
    return client.subscribe((session) => {
      if (session?.session_uuid !== former) show(undefined);
      former = session?.session_uuid;
    });
  }, [client, show]);
  return { list, show };
}
