/**
 * Events of a runtime without a browser's events, such as React Native. Each function calls its
 * listener at every event, and returns a function that unsubscribes.
 */
export interface RuntimeEvents {
  /** The app has come to the foreground, perhaps after the device slept. */
  onResume?(listener: () => void): () => void;
  /** The app has gone to the background, where it may be ended without a further event. */
  onPause?(listener: () => void): () => void;
  /** The device has gone online or offline, or to another network. */
  onOnlineChange?(listener: () => void): () => void;
}

const BROWSER_EVENTS: Required<RuntimeEvents> = {
  onResume: (listener) => watchVisibility('visible', listener),
  onPause: (listener) => both(watchVisibility('hidden', listener), watch('pagehide', listener)),
  onOnlineChange: (listener) => both(watch('online', listener), watch('offline', listener)),
};

/**
 * Calls `listener` when the network may have changed: the device went online or offline, or the app
 * came to the foreground. Returns a function that stops watching.
 */
export const watchNetwork = (listener: () => void, events: RuntimeEvents = BROWSER_EVENTS) =>
  both(events.onResume?.(listener), events.onOnlineChange?.(listener));

/**
 * Calls `listener` when the app may be about to end: its page is unloaded or hidden. Returns a
 * function that stops watching.
 */
export const watchPause = (listener: () => void, events: RuntimeEvents = BROWSER_EVENTS) =>
  both(events.onPause?.(listener));

const both =
  (...stops: (undefined | (() => void))[]) =>
  () => {
    for (const stop of stops) stop?.();
  };

function watch(type: string, listener: () => void): () => void {
  globalThis.addEventListener?.(type, listener);
  return () => globalThis.removeEventListener?.(type, listener);
}

function watchVisibility(state: DocumentVisibilityState, listener: () => void): () => void {
  const document = globalThis.document as Document | undefined;
  const onChange = () => document?.visibilityState === state && listener();
  document?.addEventListener('visibilitychange', onChange);
  return () => document?.removeEventListener('visibilitychange', onChange);
}
