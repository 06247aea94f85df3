/** Settles with the promise, or rejects with a timeout after `ms` milliseconds. */
export async function withDeadline<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeout()), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    // A pending timer would keep the room in memory.
    clearTimeout(timer);
  }
}

/** The error that `AbortSignal.timeout` causes. */
export const timeout = (): Error => new DOMException('no answer in time', 'TimeoutError');

export const isTimeout = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'TimeoutError';
