import { IdleTimer } from '../../common/idle-timer.ts';
import type { TinyHostError } from '../../errors.ts';
import { staleAfter } from '../../sync/heartbeat.ts';
import type { StoreSync } from '../../sync/store-sync.ts';
import { Attempt, type AttemptContext } from '../connection-attempt.ts';
import { withJitter } from './retry-delays.ts';
import { begin, transition } from './transition.ts';
import type { Awaiting, Effect, Event, MachineState } from './types.ts';

/** How long each phase may be silent on a good network, in milliseconds. */
const WAITS: Record<Awaiting, number> = {
  restoring: 5_000,
  admitting: 10_000,
  opening: 10_000,
  joining: 30_000,
  // The call ends itself much sooner if it makes no progress.
  exchanging: 1_800_000,
};

export interface RunnerEvents {
  /** After each event. `retryAt` is when a pause ends, in milliseconds since the epoch. */
  onStep(machine: MachineState, retryAt: number | undefined): void;
  /** Both sides are in sync through this; undefined when there is no connection any more. */
  onSync(sync: StoreSync | undefined): void;
  /** What was written will not be saved for now. */
  onReject(reason: TinyHostError): void;
  /** The server has ended the session. */
  onForget(reason: TinyHostError): void;
}

/** Runs a connection's state machine: carries out its effects, and tells it what comes of them. */
export class StateMachineRunner {
  #machine: MachineState;
  #attempt: Attempt | undefined;
  #retryAt: number | undefined;
  readonly #context: AttemptContext;
  readonly #events: RunnerEvents;
  readonly #queue: Event[] = [];
  #isHandling = false;
  /** The one timer of the phase: a deadline, or the end of a pause. */
  readonly #deadline = new IdleTimer(() => this.handle({ type: 'timeout' }));
  readonly #pulse = new IdleTimer(() => this.handle({ type: 'silent' }));

  constructor(context: Omit<AttemptContext, 'onFrame'>, events: RunnerEvents) {
    this.#context = { ...context, onFrame: () => this.#hear() };
    this.#events = events;
    const { machine, effects } = begin(performance.now());
    this.#machine = machine;
    for (const effect of effects) this.#perform(effect);
  }

  get isOver(): boolean {
    return this.#machine.phase === 'ended';
  }

  /** Handles an event at once, or after those that are being handled already. */
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
    // Whoever hears of the session's end looks for its reason in the state.
    for (const effect of effects) if (effect.do === 'forget') this.#events.onForget(effect.reason);
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case 'admit':
        void this.#begin().admit(this.#machine.failures > 0);
        break;
      case 'exchange':
        void this.#begin().exchange();
        break;
      case 'connect':
        this.#attempt?.connect();
        break;
      case 'join':
        void this.#attempt?.join();
        break;
      case 'check':
        void this.#attempt?.check();
        break;
      case 'expect-beats':
        this.#expectBeats();
        break;
      case 'track':
        this.#context.timeouts.reset();
        this.#events.onSync(this.#attempt?.sync);
        break;
      case 'shut':
        this.#shut();
        break;
      case 'await':
        this.#retryAt = undefined;
        this.#deadline.start(this.#context.timeouts.for(WAITS[effect.answer]));
        break;
      case 'pause':
        this.#pause(withJitter(effect.milliseconds));
        break;
      case 'stop-timer':
        this.#retryAt = undefined;
        this.#deadline.stop();
        break;
      case 'reject':
        this.#events.onReject(effect.reason);
    }
  }

  #begin(): Attempt {
    this.#attempt = new Attempt(this.#context, (event) => this.handle(event));
    return this.#attempt;
  }

  #shut(): void {
    this.#pulse.stop();
    this.#events.onSync(undefined);
    this.#attempt?.end();
    this.#attempt = undefined;
  }

  #pause(milliseconds: number): void {
    this.#retryAt = Date.now() + milliseconds;
    this.#deadline.start(milliseconds);
  }

  #expectBeats(): void {
    const silence = staleAfter(this.#attempt!.heartbeatSeconds);
    if (silence !== undefined) this.#pulse.start(silence, Number.POSITIVE_INFINITY);
  }

  /** Any frame proves that the connection lives. */
  #hear(): void {
    this.#deadline.reset();
    this.#pulse.reset();
    if (this.#machine.status === 'stale') this.handle({ type: 'heard' });
  }
}
