import { createMiddleware, type MergeableStore } from 'tinybase';
import { MESSAGE } from '../../src/protocol/frame.ts';
import { HEARTBEAT_ID } from '../../src/protocol/heartbeat.ts';

/** The minimum tolerance for a late heartbeat. */
const MIN_TOLERANCE_MS = 5_000;

/**
 * Returns the milliseconds without a frame after which a connection is stale: one and a half
 * intervals, but at least 5 seconds more than one. Returns undefined if the server sends no
 * heartbeats.
 */
export function staleAfter(heartbeatSeconds: number): number | undefined {
  const interval = 1000 * heartbeatSeconds;
  return interval > 0 ? interval + Math.max(interval / 2, MIN_TOLERANCE_MS) : undefined;
}

/**
 * Returns the server's time in a message with a heartbeat, in milliseconds since the epoch;
 * undefined for other messages.
 */
export function heartbeatTime(message: number, body: unknown): number | undefined {
  if (message !== MESSAGE.contentDiff || !Array.isArray(body)) return undefined;
  const values: Record<string, unknown> = body[1]?.[0] ?? {};
  const stamp = values[HEARTBEAT_ID];
  const time = Array.isArray(stamp) ? Date.parse(`${stamp[0]}`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const storesWithoutHeartbeat = new WeakSet<MergeableStore>();

/**
 * Hides the heartbeat from the app and from TinyBase's checkpoints. A MergeableStore keeps the
 * stamp of a value that its middleware refuses, so its hashes still match the server's.
 */
export function hideHeartbeat(store: MergeableStore): void {
  if (storesWithoutHeartbeat.has(store)) return;
  storesWithoutHeartbeat.add(store);
  createMiddleware(store).addWillSetValueCallback((id, value) =>
    id === HEARTBEAT_ID ? undefined : value,
  );
}
