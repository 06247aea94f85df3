/**
 * Has a service worker keep the page's own files, so that it opens without network. There is none
 * outside secure contexts and where the browser forbids storage; the page works without it.
 */
export async function keepPage(): Promise<void> {
  try {
    await navigator.serviceWorker?.register('/sw.js', { updateViaCache: 'none' });
  } catch {
    // Nothing depends on it.
  }
}
