import { useCallback, useEffect, useState } from 'react';

export interface Answer<Value> {
  /** The last answer. It stays while a new one is loaded. */
  value: Value | undefined;
  /** Why the last load failed. */
  problem: unknown;
  isLoading: boolean;
  reload: () => void;
}

/**
 * Loads something when the component appears, when `load` is another function, and on `reload`. A
 * load that is not needed any more is aborted.
 */
export function useAnswer<Value>(load: (signal: AbortSignal) => Promise<Value>): Answer<Value> {
  const [state, setState] = useState<Omit<Answer<Value>, 'reload'>>(LOADING);
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setState(({ value }) => ({ ...LOADING, value }));
    load(signal).then(
      (value) => !signal.aborted && setState({ value, problem: undefined, isLoading: false }),
      (problem) => {
        if (!signal.aborted) setState(({ value }) => ({ value, problem, isLoading: false }));
      },
    );
    return () => controller.abort();
  }, [load, version]);
  const reload = useCallback(() => setVersion((version) => version + 1), []);
  return { ...state, reload };
}

const LOADING = { value: undefined, problem: undefined, isLoading: true };
