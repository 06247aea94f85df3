import { onTestFinished, vi } from 'vitest';

/** The longest wait of a room within an event, in milliseconds. */
const LONGEST = 500;

/**
 * Cuts the waits of rooms to a few milliseconds until the test ends. The timeouts of clients have
 * to be longer than {@link LONGEST}.
 */
export function shortenWaits(): void {
  const { setTimeout: wait } = globalThis;
  const shorter = (run: () => void, milliseconds = 0, ...args: []) =>
    wait(run, milliseconds > LONGEST ? milliseconds : Math.min(milliseconds, 5), ...args);
  const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(shorter as typeof setTimeout);
  onTestFinished(() => spy.mockRestore());
}
