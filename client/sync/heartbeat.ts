import { createMiddleware, type MergeableStore } from 'tinybase';
import { MESSAGE } from '../../src/protocol/frame.ts';

/** The value that the server beats in; see the API document. */
export const HEARTBEAT = 'heartbeat';

/** Seconds between beats where the server does not tell. */
export const HEARTBEAT_SECONDS = 10;

/** How much later than its interval a beat may come at least, in milliseconds. */
const LEEWAY = 5_000;

/**
 * How long a silence makes a connection stale, in milliseconds: one and a half intervals, and
 * more where they are short. None does where the server has no heartbeat.
 */
export function staleAfter(heartbeatSeconds: number): number | undefined {
  const interval = 1000 * heartbeatSeconds;
  return interval > 0 ? interval + Math.max(interval / 2, LEEWAY) : undefined;
}

/** The server's time, in milliseconds, in a message that carries a heartbeat. */
export function beatIn(message: number, body: unknown): number | undefined {
  if (message !== MESSAGE.contentDiff || !Array.isArray(body)) return undefined;
  const values: Record<string, unknown> = body[1]?.[0] ?? {};
  const stamp = values[HEARTBEAT];
  const time = Array.isArray(stamp) ? Date.parse(`${stamp[0]}`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const without = new WeakSet<MergeableStore>();

/**
 * Keeps the heartbeat out of what the app sees of the store, and so out of TinyBase's checkpoints.
 * A MergeableStore still holds the stamp of what its middleware refuses, so that its hashes are
 * the server's.
 */
export function hideHeartbeat(store: MergeableStore): void {
  if (without.has(store)) return;
  without.add(store);
  createMiddleware(store).addWillSetValueCallback((id, value) =>
    id === HEARTBEAT ? undefined : value,
  );
}
