/**
 * Starts to measure. The returned function returns the elapsed milliseconds, or more if the
 * device's clock was set or its monotonic clock stopped, but never less.
 */
export function stopwatch(): () => number {
  const [time, ticks] = [Date.now(), monotonicTime()];
  return () => Math.max(Date.now() - time, monotonicTime() - ticks);
}

/** Milliseconds of a clock that cannot be set, if the runtime has one. */
export const monotonicTime = (): number => globalThis.performance?.now() ?? Date.now();
