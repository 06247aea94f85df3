/**
 * Calls `listener` when the page may be about to end: it is left, or is no longer seen, after
 * which a phone ends it without a further word.
 */
export function watchHiding(listener: () => void): () => void {
  const document = globalThis.document as Document | undefined;
  const look = () => document?.visibilityState === 'hidden' && listener();
  globalThis.addEventListener?.('pagehide', listener);
  document?.addEventListener('visibilitychange', look);
  return () => {
    globalThis.removeEventListener?.('pagehide', listener);
    document?.removeEventListener('visibilitychange', look);
  };
}
