/** Resolves with whether `promise` was fulfilled in time. Rejects if it is rejected in time. */
export async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  let timeout: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timeout = setTimeout(() => resolve(false), milliseconds);
  });
  const fulfilled = promise.then(() => true).finally(() => clearTimeout(timeout));
  return Promise.race([fulfilled, late]);
}
