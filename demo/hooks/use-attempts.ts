import { useCallback, useState } from 'react';
import { errorMessage } from '../ui/error-messages.ts';
import { useEnding } from './use-ending.ts';

/** Runs calls until the component is removed. `problem` says why the last one failed. */
export function useAttempts() {
  const [problem, setProblem] = useState('');
  const ending = useEnding();
  const attempt = useCallback(async (run: (signal: AbortSignal) => Promise<unknown>) => {
    const signal = ending();
    setProblem('');
    try {
      await run(signal);
    } catch (error) {
      if (!signal.aborted) setProblem(errorMessage(error));
    }
  }, []);
  return { problem, attempt };
}
