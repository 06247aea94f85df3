/**
 * Calls `listener` when the browser reports that the network may have changed: the device went
 * online or offline, or the page became visible again, perhaps after the device slept. Returns a
 * function that stops watching.
 */
export function watchNetwork(listener: () => void): () => void {
  const document = globalThis.document as Document | undefined;
  const onVisibility = () => document?.visibilityState === 'visible' && listener();
  globalThis.addEventListener?.('online', listener);
  globalThis.addEventListener?.('offline', listener);
  document?.addEventListener('visibilitychange', onVisibility);
  return () => {
    globalThis.removeEventListener?.('online', listener);
    globalThis.removeEventListener?.('offline', listener);
    document?.removeEventListener('visibilitychange', onVisibility);
  };
}
