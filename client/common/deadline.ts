import { TinyHostError } from '../errors.ts';
import { abortReason } from './abort.ts';

export interface CallOptions {
  /** Aborts the call. The promise then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds without any data from the server before the call rejects with the code `timeout`.
   * The default is 30,000, the maximum 2,147,483,647. A call may take longer as a whole while its
   * upload or response makes progress.
   */
  timeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** The longest delay that `setTimeout` supports, in milliseconds; longer ones fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Restarts the timeout, plus `extra` milliseconds. */
export type Prolong = (extra?: number) => void;

/**
 * Settles like the promise of `run`, but rejects early when the caller aborts or when `run` does
 * not call `prolong` for `timeoutMs`. The signal that `run` receives is aborted then. `run` may
 * ignore it, as some implementations of fetch do.
 */
export function withDeadline<Value>(
  { signal: outer, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions,
  run: (signal: AbortSignal, prolong: Prolong) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  const { signal } = controller;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new Promise<Value>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', abort);
    };
    const giveUp = (reason: unknown) => {
      stop();
      reject(reason);
      controller.abort(reason);
    };
    const abort = () => giveUp(abortReason(outer));
    const prolong: Prolong = (extra = 0) => {
      clearTimeout(timer);
      if (signal.aborted) return;
      timer = setTimeout(() => giveUp(timedOut()), Math.min(timeoutMs + extra, MAX_DELAY_MS));
    };
    if (outer?.aborted) return abort();
    outer?.addEventListener('abort', abort);
    prolong();
    void run(signal, prolong).then(resolve, reject).finally(stop);
  });
}

const timedOut = () => new TinyHostError('timeout', 'the server did not answer in time');
