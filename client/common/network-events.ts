/**
 * Calls `listener` whenever a browser says something that may have changed the network: it went
 * on or off, or the page is looked at again, perhaps after the device has slept.
 */
export function watchNetwork(listener: () => void): () => void {
  const document = globalThis.document as Document | undefined;
  const look = () => document?.visibilityState === 'visible' && listener();
  globalThis.addEventListener?.('online', listener);
  globalThis.addEventListener?.('offline', listener);
  document?.addEventListener('visibilitychange', look);
  return () => {
    globalThis.removeEventListener?.('online', listener);
    globalThis.removeEventListener?.('offline', listener);
    document?.removeEventListener('visibilitychange', look);
  };
}
