import type { TinyHostError } from '../../errors.ts';
import type { DeferredWrites } from '../../sync/manual-sync.ts';
import type { Reaction } from '../close-reactions.ts';
import type { ConnectionStatus } from '../connection-state.ts';

/** What a connection is doing. */
export type Phase =
  /** Loads the offline copy into the store. */
  | 'loading-copy'
  /** Requests a ticket for the socket. */
  | 'authorizing'
  /** Opens the socket. */
  | 'opening'
  /** The socket is open, and both sides exchange what the other lacks. */
  | 'syncing'
  | 'online'
  /** Exchanges the whole content over HTTP. */
  | 'manual-sync'
  /** Waits before the next attempt. */
  | 'backing-off'
  /** Waits for `resume()`: the app paused the connection, or the refusal is permanent. */
  | 'paused'
  | 'ended';

/** Phases that have a timeout. */
export type TimedPhase = 'loading-copy' | 'authorizing' | 'opening' | 'syncing' | 'manual-sync';

export type Event =
  /** A phase has succeeded. */
  | { type: 'copy-loaded' | 'authorized' | 'opened' | 'synced' }
  | { type: 'manually-synced'; deferred?: DeferredWrites | undefined }
  /** The timer of the phase has fired. */
  | { type: 'timeout' }
  /** The work of the phase has failed, or its socket has closed. */
  | { type: 'failed'; reaction: Reaction }
  /** A manual sync has sent or received some data. */
  | { type: 'progress' }
  | { type: 'heartbeat-missed' | 'frame-received' }
  /** A frame was sent that may be larger than the server's limit. */
  | { type: 'large-frame-sent' }
  /** The server has deferred some writes. */
  | { type: 'writes-deferred'; reason: TinyHostError }
  /** The server has stored everything. */
  | { type: 'saved' }
  /** The network may have changed; the app has written to the store. */
  | { type: 'network-changed' | 'store-changed' }
  | { type: 'pause' | 'resume' }
  | { type: 'end'; status: ConnectionStatus; reason: TinyHostError };

export type Effect =
  /** Starts an attempt and requests a ticket. */
  | { do: 'authorize' }
  /** Opens the socket of the attempt. */
  | { do: 'open-socket' }
  /** Starts to synchronize through the socket. */
  | { do: 'sync' }
  /** Starts an exchange over HTTP. */
  | { do: 'manual-sync' }
  /** Starts to wait for the next heartbeat. */
  | { do: 'expect-heartbeat' }
  /** Starts to track which writes the server has stored. */
  | { do: 'track-saves' }
  /** Checks whether the server still responds. */
  | { do: 'check-server' }
  /** Ends the attempt or exchange and closes what it has open. */
  | { do: 'disconnect' }
  /** Sets the only timer to the timeout of this phase. */
  | { do: 'set-timeout'; phase: TimedPhase }
  /** Sets the only timer to a delay before the next attempt. */
  | { do: 'back-off'; milliseconds: number }
  | { do: 'clear-timer' }
  /** Rejects the promises that wait for writes to be saved. */
  | { do: 'reject-saves'; reason: TinyHostError }
  /** Forgets the session, because the server has ended it. */
  | { do: 'forget-session'; reason: TinyHostError };

/** The state of one connection. Times are milliseconds of a monotonic clock. */
export interface MachineState {
  readonly phase: Phase;
  readonly status: ConnectionStatus;
  readonly reason: TinyHostError | undefined;
  /** Failures in a row, since a connection last stayed online for longer than the last delay. */
  readonly failures: number;
  /** When the current phase began, or last made progress. */
  readonly since: number;
  /** When the last attempt or exchange began. */
  readonly startedAt: number;
  /** When the network last caused a running attempt to be restarted. */
  readonly restartedAt: number;
  /** What to do after backing off. */
  readonly next: 'authorize' | 'manual-sync';
  /** The length of the current or last back-off. */
  readonly delay: number;
  /** The earliest time that an event can shorten the current back-off to. */
  readonly notBefore: number;
  /** Whether a large frame was sent in this attempt, and the server may not have stored it. */
  readonly sentLargeFrame: boolean;
  /** Writes that the server did not accept in the last manual sync. */
  readonly deferred: DeferredWrites | undefined;
}

export interface Step {
  machine: MachineState;
  effects: Effect[];
}
