import { vi } from 'vitest';

/** Retries a check until it passes. The timeout allows for a busy machine. */
export const eventually = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 10_000 });
