import { useEffect, useRef } from 'react';

/** Returns a function for the signal that aborts when the component is removed. */
export function useEnding(): () => AbortSignal {
  const ending = useRef<AbortController>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    ending.current = controller;
    return () => controller.abort();
  }, []);
  return () => ending.current!.signal;
}
