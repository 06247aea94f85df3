import { useEffect, useState } from 'react';

/** How long code may take to arrive before the user is told. */
const TIMEOUT_MS = 20_000;

export interface Loaded<Module> {
  /** Undefined until it has arrived. */
  module: Module | undefined;
  /** Whether it has failed to load, or is late. */
  hasFailed: boolean;
}

/**
 * Loads a module with `load`, such as `() => import('./part.tsx')`, once `isWanted` is true. `load`
 * has to be the same function each time.
 */
export function useModule<Module>(load: () => Promise<Module>, isWanted: boolean): Loaded<Module> {
  const [module, setModule] = useState<Module>();
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    if (!isWanted) return;
    const fail = () => setFailed(true);
    const timer = setTimeout(fail, TIMEOUT_MS);
    load()
      .then((loaded) => setModule(() => loaded), fail)
      .finally(() => clearTimeout(timer));
    return () => clearTimeout(timer);
  }, [load, isWanted]);
  return { module, hasFailed };
}

/** What is shown in place of a part whose code has not arrived. */
export function LoadingPart({ hasFailed }: { hasFailed: boolean }) {
  if (!hasFailed) {
    return (
      <p className="loading quiet" role="status">
        Loading…
      </p>
    );
  }
  // Chromium requests a module that has failed again only after a reload.
  return (
    <p className="news" role="alert">
      A part of the page could not be loaded.{' '}
      <button type="button" onClick={() => location.reload()}>
        Try again
      </button>
    </p>
  );
}

/** Loads a module while the browser has nothing to do, unless the user wants to save data. */
export function loadWhenIdle(load: () => Promise<unknown>): void {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  if (connection?.saveData) return;
  const run = () => void load().catch(() => undefined);
  // Safari does not have it.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run);
  else setTimeout(run, 1_000);
}
