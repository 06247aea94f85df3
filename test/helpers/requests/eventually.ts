import { vi } from 'vitest';

/** Waits until a check passes: long enough for a busy machine, no longer than needed. */
export const eventually = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 10_000 });
