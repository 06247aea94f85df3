import type { TinyHostError } from '../../errors.ts';
import type { DeferredWrites } from '../../sync/manual-sync.ts';
import type { Reaction } from '../close-reactions.ts';
import type { ConnectionStatus } from '../connection-state.ts';

/** What a connection is doing. Times are milliseconds of a clock that never goes back. */
export type Phase =
  /** The offline copy is being read. */
  | 'restoring'
  /** A ticket is asked for. */
  | 'admitting'
  /** The socket is being opened. */
  | 'opening'
  /** The socket is open, and both sides exchange what they have. */
  | 'joining'
  | 'online'
  /** The content goes over HTTP. */
  | 'exchanging'
  /** Between two attempts. */
  | 'waiting'
  /** Paused by the app, or refused for good. */
  | 'resting'
  | 'ended';

export type Event =
  | { type: 'restored' | 'admitted' | 'opened' | 'joined' }
  /** The phase's timer has run out. */
  | { type: 'timeout' }
  /** Whatever the phase was about has failed, or its socket has closed. */
  | { type: 'failed'; reaction: Reaction }
  | { type: 'exchanged'; deferred?: DeferredWrites | undefined }
  /** Some more of the content is sent or received. */
  | { type: 'progress' }
  /** No heartbeat came in time; a frame came after all. */
  | { type: 'silent' | 'heard' }
  /** The server did not take something; the server has everything. */
  | { type: 'warned'; reason: TinyHostError }
  | { type: 'saved' }
  /** The network may be another one, or back; the app wrote something. */
  | { type: 'network' | 'changed' }
  | { type: 'pause' | 'resume' }
  | { type: 'end'; status: ConnectionStatus; reason: TinyHostError };

/** Phases that wait for an answer of somebody else. */
export type Awaiting = 'restoring' | 'admitting' | 'opening' | 'joining' | 'exchanging';

export type Effect =
  /** Begins an attempt: asks for a ticket. */
  | { do: 'admit' }
  /** Opens the attempt's socket. */
  | { do: 'connect' }
  | { do: 'join' }
  /** Counts the silence between heartbeats from now. */
  | { do: 'expect-beats' }
  /** Asks what is saved. */
  | { do: 'track' }
  /** Asks whether the server still answers. */
  | { do: 'check' }
  | { do: 'exchange' }
  /** Lets go of the attempt or exchange, whatever it has open. */
  | { do: 'shut' }
  /** Sets the one timer in place of what it was set to. */
  | { do: 'await'; answer: Awaiting }
  | { do: 'pause'; milliseconds: number }
  | { do: 'stop-timer' }
  /** Gives up waiting for what was written to be saved. */
  | { do: 'reject'; reason: TinyHostError }
  /** The session is over. */
  | { do: 'forget'; reason: TinyHostError };

export interface MachineState {
  readonly phase: Phase;
  readonly status: ConnectionStatus;
  readonly reason: TinyHostError | undefined;
  /** Failures in a row: since the connection last held for longer than the last pause. */
  readonly failures: number;
  /** When this phase began, the last attempt or exchange, and the last one that was hurried. */
  readonly since: number;
  readonly startedAt: number;
  readonly hurriedAt: number;
  /** What comes after the pause, how long it is, and the earliest it can be cut short to. */
  readonly next: 'admit' | 'exchange';
  readonly pause: number;
  readonly notBefore: number;
  readonly deferred: DeferredWrites | undefined;
}

export interface Step {
  machine: MachineState;
  effects: Effect[];
}
