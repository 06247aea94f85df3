import { useEffect } from 'react';

/**
 * Calls `open` with what `read` finds in the fragment of the URL, now and when it changes. Both have
 * to be the same functions each time. The fragment holds a secret token, so it is removed from the
 * URL, and so from the browser's history.
 */
export function useFragment<Link>(
  read: (fragment: string) => Link | undefined,
  open: (link: Link) => void,
): void {
  useEffect(() => {
    const follow = () => {
      const link = read(location.hash);
      if (link === undefined) return;
      history.replaceState(null, '', location.pathname);
      open(link);
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [read, open]);
}
