import type { Role } from '../../src/protocol/membership.ts';
import type { RefusalReason, StampPath } from '../../src/protocol/notice.ts';
import type { TinyHostError } from '../errors.ts';

export type ConnectionStatus =
  /** Not connected. The client retries automatically, unless the app has called `pause()`. */
  | 'offline'
  | 'connecting'
  /** Connected; both sides exchange the edits made meanwhile. */
  | 'syncing'
  | 'online'
  /** Connected, but no frame has arrived for one and a half heartbeat intervals. */
  | 'stale'
  /** The session has ended, for `reason`, and so has this connection. */
  | 'signed-out'
  /**
   * The server refuses the connection, for `reason`. The client retries at `retryAt`, after delays
   * of 5 seconds to 5 minutes. If `retryAt` is undefined, it retries only after `resume()`. After
   * `notAMember` and `storeDeleted`, the connection has ended and its offline copy is erased.
   */
  | 'refused';

/** Edits that the server has refused, and undone in the store. */
export interface RefusedEdits {
  /** `role`: viewers may not write. */
  readonly reason: RefusalReason;
  /** The cells (table, row, cell) and values that were refused. */
  readonly paths: readonly StampPath[];
}

/** The state of a connection. Each change creates a new object. */
export interface ConnectionState {
  readonly status: ConnectionStatus;
  /** Whether the server has stored all edits of the app. */
  readonly saved: boolean;
  /**
   * Why the connection is refused or signed out. While offline: why the last attempt failed, if
   * known. While online: why the server has not accepted some edits, if so.
   */
  readonly reason?: TinyHostError | undefined;
  /** When the next attempt starts, in milliseconds since the epoch by the device's clock. */
  readonly retryAt?: number | undefined;
  /** Progress of an upload over HTTP, from 0 to 1; undefined otherwise. */
  readonly progress?: number | undefined;
  /** When the last heartbeat arrived, in milliseconds since the epoch by the device's clock. */
  readonly heartbeatAt?: number | undefined;
  /** What the user may do in the store; undefined until the server has told it. */
  readonly role?: Role | undefined;
  /** Counts the changes of a shared store's members, their roles and its name; undefined until told. */
  readonly members?: number | undefined;
  /** The edits that the server has refused last. */
  readonly refused?: RefusedEdits | undefined;
  /** Why the offline copy does not work. It retries by itself; undefined once it works. */
  readonly offlineError?: TinyHostError | undefined;
}
