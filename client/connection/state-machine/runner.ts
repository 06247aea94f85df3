import { IdleTimer } from '../../common/idle-timer.ts';
import type { TinyHostError } from '../../errors.ts';
import { staleAfter } from '../../sync/heartbeat.ts';
import type { StoreSync } from '../../sync/store-sync.ts';
import { type AttemptContext, ConnectionAttempt } from '../connection-attempt.ts';
import { withJitter } from './retry-delays.ts';
import { begin } from './steps.ts';
import { transition } from './transition.ts';
import type { Effect, Event, MachineState, TimedPhase } from './types.ts';

/** The timeout of each phase on a good network, in milliseconds; frames restart it. */
const TIMEOUTS_MS: Record<TimedPhase, number> = {
  'loading-copy': 5_000,
  authorizing: 10_000,
  opening: 10_000,
  syncing: 30_000,
  // The call itself times out much sooner when it makes no progress.
  'manual-sync': 1_800_000,
};

export interface RunnerEvents {
  /**
   * Called after each event. `retryAt` is the end of a back-off, in milliseconds since the epoch.
   */
  onStep(machine: MachineState, retryAt: number | undefined): void;
  /** Both sides are in sync through `sync`; undefined after the connection is lost. */
  onSync(sync: StoreSync | undefined): void;
  /** Writes will not be saved for now. */
  onReject(reason: TinyHostError): void;
  /** The server has ended the session. */
  onForget(reason: TinyHostError): void;
}

/** Runs the state machine of a connection: carries out its effects and passes it their results. */
export class StateMachineRunner {
  #machine: MachineState;
  #attempt: ConnectionAttempt | undefined;
  #retryAt: number | undefined;
  readonly #context: AttemptContext;
  readonly #events: RunnerEvents;
  readonly #queue: Event[] = [];
  #isHandling = false;
  /** The only timer of the state machine: the timeout of a phase, or the end of a back-off. */
  readonly #timer = new IdleTimer(() => this.handle({ type: 'timeout' }));
  readonly #heartbeatTimer = new IdleTimer(() => this.handle({ type: 'heartbeat-missed' }));

  constructor(context: Omit<AttemptContext, 'onFrame'>, events: RunnerEvents) {
    this.#context = { ...context, onFrame: () => this.#recordFrame() };
    this.#events = events;
    const { machine, effects } = begin(performance.now());
    this.#machine = machine;
    for (const effect of effects) this.#perform(effect);
  }

  get isOver(): boolean {
    return this.#machine.phase === 'ended';
  }

  /** Handles an event at once, or after the events that are being handled already. */
  handle(event: Event): void {
    this.#queue.push(event);
    if (this.#isHandling) return;
    this.#isHandling = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#isHandling = false;
    }
  }

  #step(event: Event): void {
    if (this.isOver) return;
    const { failures } = this.#machine;
    const { machine, effects } = transition(this.#machine, event, performance.now());
    if (machine.failures > failures && machine.reason?.code === 'timeout') {
      this.#context.timeouts.backOff();
    }
    this.#machine = machine;
    for (const effect of effects) this.#perform(effect);
    this.#events.onStep(machine, this.#retryAt);
    // Last, because listeners of the session look for the reason in the state.
    for (const effect of effects)
      if (effect.do === 'forget-session') this.#events.onForget(effect.reason);
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case 'authorize':
        void this.#begin().authorize(this.#machine.failures > 0);
        break;
      case 'manual-sync':
        void this.#begin().syncManually();
        break;
      case 'open-socket':
        this.#attempt?.openSocket();
        break;
      case 'sync':
        void this.#attempt?.sync();
        break;
      case 'check-server':
        void this.#attempt?.checkServer();
        break;
      case 'expect-heartbeat':
        this.#expectHeartbeat();
        break;
      case 'track-saves':
        this.#context.timeouts.reset();
        this.#events.onSync(this.#attempt?.storeSync);
        break;
      case 'disconnect':
        this.#disconnect();
        break;
      case 'set-timeout':
        this.#retryAt = undefined;
        this.#timer.start(this.#context.timeouts.for(TIMEOUTS_MS[effect.phase]));
        break;
      case 'back-off':
        this.#backOff(withJitter(effect.milliseconds));
        break;
      case 'clear-timer':
        this.#retryAt = undefined;
        this.#timer.stop();
        break;
      case 'reject-saves':
        this.#events.onReject(effect.reason);
    }
  }

  #begin(): ConnectionAttempt {
    this.#attempt = new ConnectionAttempt(this.#context, (event) => this.handle(event));
    return this.#attempt;
  }

  #disconnect(): void {
    this.#heartbeatTimer.stop();
    this.#events.onSync(undefined);
    this.#attempt?.end();
    this.#attempt = undefined;
  }

  #backOff(milliseconds: number): void {
    this.#retryAt = Date.now() + milliseconds;
    this.#timer.start(milliseconds);
  }

  #expectHeartbeat(): void {
    const staleMs = staleAfter(this.#attempt!.heartbeatSeconds);
    if (staleMs !== undefined) this.#heartbeatTimer.start(staleMs, Number.POSITIVE_INFINITY);
  }

  /** Any frame proves that the connection works. */
  #recordFrame(): void {
    this.#timer.reset();
    this.#heartbeatTimer.reset();
    if (this.#machine.status === 'stale') this.handle({ type: 'frame-received' });
  }
}
