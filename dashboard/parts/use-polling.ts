import { useEffect, useState } from 'react';
import type { TinyHostError } from '../../client/index.ts';

/** The longest pause after failures, in milliseconds. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Runs `load` again and again, with a pause of `pauseMs` (or three times as long as it took) while
 * the tab is visible. After a failure the pause grows, and is at least what the server asks for.
 * Returns the last failure.
 */
export function usePolling(load: (signal: AbortSignal) => Promise<void>, pauseMs: number): unknown {
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let isRunning = false;
    const run = async () => {
      if (isRunning || signal.aborted || document.visibilityState === 'hidden') return;
      isRunning = true;
      clearTimeout(timer);
      const start = performance.now();
      let pause = pauseMs;
      try {
        await load(signal);
        failures = 0;
        setProblem(undefined);
        pause = Math.max(pauseMs, 3 * (performance.now() - start));
      } catch (error) {
        if (signal.aborted) return;
        setProblem(error);
        failures++;
        const wanted = ((error as TinyHostError).retryAfter ?? 0) * 1000;
        pause = Math.max(wanted, Math.min(pauseMs * 2 ** failures, LONGEST_PAUSE_MS));
      }
      isRunning = false;
      if (!signal.aborted) timer = setTimeout(run, pause);
    };
    document.addEventListener('visibilitychange', run);
    void run();
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', run);
    };
  }, [load, pauseMs]);
  return problem;
}
