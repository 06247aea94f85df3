/** Why a signal was aborted. The signals of React Native have no reason. */
export const abortReason = (signal: AbortSignal | undefined): unknown =>
  signal?.reason ?? Object.assign(new Error('the call was aborted'), { name: 'AbortError' });

/** Throws the reason of an aborted signal. The signals of React Native lack this method. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal);
}
