import { TinyHostError } from '../errors.ts';

export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * How long the server may keep silent before the call rejects with the code `timeout`, in
   * milliseconds: 30,000 by default, at most 2,147,483,647. A long upload or answer may take
   * longer in all, as long as it moves.
   */
  timeoutMs?: number | undefined;
}

/** How long the server may keep silent by default, in milliseconds. */
const SILENCE = 30_000;
/** The longest delay of a timer, in milliseconds; a longer one fires at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Starts the wait anew, and adds so many milliseconds to it. */
export type Prolong = (extra?: number) => void;

/**
 * Settles as `run` does, unless the caller aborts or the other side is silent for too long. `run`
 * gets a signal that stops its work then, and has to call `prolong` at each sign of life. It need
 * not heed the signal: not every implementation of fetch does.
 */
export function withDeadline<Value>(
  { signal: outer, timeoutMs = SILENCE }: CallOptions,
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
    const abort = () => giveUp(outer?.reason);
    const prolong: Prolong = (extra = 0) => {
      clearTimeout(timer);
      if (signal.aborted) return;
      timer = setTimeout(() => giveUp(timedOut()), Math.min(timeoutMs + extra, LONGEST_DELAY));
    };
    if (outer?.aborted) return abort();
    outer?.addEventListener('abort', abort);
    prolong();
    void run(signal, prolong).then(resolve, reject).finally(stop);
  });
}

const timedOut = () => new TinyHostError('timeout', 'the server did not answer in time');
