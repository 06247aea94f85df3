import type { TinyHostError } from '../errors.ts';

export type ConnectionStatus =
  /** There is no connection. It is tried again by itself, unless the app has paused it. */
  | 'offline'
  | 'connecting'
  /** Connected, and exchanging what both sides wrote meanwhile. */
  | 'syncing'
  | 'online'
  /** Connected, but the server has been silent for one and a half intervals of its heartbeat. */
  | 'stale'
  /** The session has ended, for `reason`; this connection is over. */
  | 'signed-out'
  /**
   * The server does not let us in, for `reason`. It is tried again at `retryAt`, with pauses of 5
   * seconds to 5 minutes; where `retryAt` is undefined, only after `resume()`.
   */
  | 'refused';

/** What a connection knows about itself; a new object at every change. */
export interface ConnectionState {
  readonly status: ConnectionStatus;
  /** Whether the server has stored everything that the app wrote. */
  readonly saved: boolean;
  /**
   * Why it is refused or signed out; while offline, why the last attempt failed, where that is
   * known; while online, what the server did not take.
   */
  readonly reason?: TinyHostError | undefined;
  /** When the next attempt is due, in milliseconds since the epoch by the device's clock. */
  readonly retryAt?: number | undefined;
  /** 0 to 1 while content goes over HTTP, because it is too large for a frame. */
  readonly progress?: number | undefined;
  /** When the last heartbeat came, in milliseconds since the epoch by the device's clock. */
  readonly heartbeatAt?: number | undefined;
  /** Why the offline copy is not in order. It is tried again by itself; undefined once it works. */
  readonly offlineError?: TinyHostError | undefined;
}
