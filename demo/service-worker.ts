/**
 * Registers the service worker, which caches the page's files for starts without network. The page
 * also works without it: outside of secure contexts, and if the browser forbids storage.
 */
export async function registerServiceWorker(): Promise<void> {
  try {
    await navigator.serviceWorker?.register('/sw.js', { updateViaCache: 'none' });
  } catch {
    // The page works without the service worker.
  }
}
