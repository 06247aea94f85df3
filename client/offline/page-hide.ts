/**
 * Calls `listener` when the page may be about to end: it is unloaded or hidden. Phones end hidden
 * pages without a further event. Returns a function that stops watching.
 */
export function watchPageHide(listener: () => void): () => void {
  const document = globalThis.document as Document | undefined;
  const onVisibility = () => document?.visibilityState === 'hidden' && listener();
  globalThis.addEventListener?.('pagehide', listener);
  document?.addEventListener('visibilitychange', onVisibility);
  return () => {
    globalThis.removeEventListener?.('pagehide', listener);
    document?.removeEventListener('visibilitychange', onVisibility);
  };
}
