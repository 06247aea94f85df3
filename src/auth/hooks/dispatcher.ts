import { type JobFailureCode, jobFailureCode } from '../outbox/job-failure.ts';
import { postWebhook } from '../webhook.ts';
import type { DeliveryQueue, Queued } from './delivery-queue.ts';
import type { StoredHook } from './stored-hook.ts';

/** Attempts of one hook that are under way at once, of different stores and accounts. */
const AT_ONCE = 3;

/**
 * Hooks that are tried at once although their last attempt failed, each with one attempt. Workers
 * allow six outgoing connections, and those that do not answer must not take all of them.
 */
const SUSPECTS_AT_ONCE = 2;

/** The pause of a hook after failed attempts, in milliseconds: the first doubles until the longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** A hook with its pending deliveries, and what is known of its receiver since the room started. */
export class Target {
  hook: StoredHook;
  readonly queue: DeliveryQueue;
  /** Attempts that have failed since the last one that did not. */
  failures = 0;
  running = 0;
  /** Until then nothing is attempted, in milliseconds since the epoch. */
  #resumesAt = 0;

  constructor(hook: StoredHook, queue: DeliveryQueue) {
    this.hook = hook;
    this.queue = queue;
  }

  get isSuspect(): boolean {
    return this.failures > 0;
  }

  /** When the next attempt may begin, in milliseconds since the epoch; Infinity for none. */
  get nextDue(): number {
    if (this.hook.is_paused) return Number.POSITIVE_INFINITY;
    return Math.max(this.queue.nextDue, this.#resumesAt);
  }

  /** The delivery to attempt now, if the hook alone decides. */
  next(now: number): Queued | undefined {
    // A pause beyond the longest was planned by a clock that has been set back since.
    const rests = this.#resumesAt > now && this.#resumesAt <= now + LONGEST_PAUSE;
    if (this.hook.is_paused || rests) return undefined;
    return this.running < (this.isSuspect ? 1 : AT_ONCE) ? this.queue.next(now) : undefined;
  }

  noteFailure(): void {
    this.failures += 1;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.failures - 1));
    this.#resumesAt = Date.now() + pause;
  }

  /** The receiver answers, or may do so again: what has waited for it is due at once. */
  noteRecovery(): void {
    if (this.isSuspect) for (const queued of this.queue.all) this.hurry(queued);
    this.failures = 0;
    this.#resumesAt = 0;
  }

  /** Attempts a delivery without a pause. */
  hurry({ delivery }: Queued): void {
    delivery.due = Math.min(delivery.due, Date.now());
    this.#resumesAt = 0;
  }
}

interface DispatcherHooks {
  /** The hooks of the namespace. */
  targets(): Iterable<Target>;
  delivered(target: Target, queued: Queued): Promise<void>;
  failed(target: Target, queued: Queued, code: JobFailureCode): Promise<void>;
  /** Storage has refused what became of an attempt. */
  broken(error: unknown): void;
}

/** Sends what is due: in order for each subject, and so that no receiver delays another one. */
export class Dispatcher {
  readonly #hooks: DispatcherHooks;
  readonly #running = new Set<Promise<void>>();

  constructor(hooks: DispatcherHooks) {
    this.#hooks = hooks;
  }

  /** Starts every attempt that may start now. */
  start(): void {
    for (const target of this.#hooks.targets()) {
      for (let next = this.#next(target); next; next = this.#next(target)) this.#run(target, next);
    }
  }

  /** Resolves when nothing is under way. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #next(target: Target): Queued | undefined {
    const isHeldBack = target.isSuspect && target.running === 0 && !this.#hasPlaceForSuspects();
    return isHeldBack ? undefined : target.next(Date.now());
  }

  #hasPlaceForSuspects(): boolean {
    const tried = [...this.#hooks.targets()].filter((target) => target.isSuspect && target.running);
    return tried.length < SUSPECTS_AT_ONCE;
  }

  #run(target: Target, queued: Queued): void {
    queued.isRunning = true;
    target.running += 1;
    const attempt = this.#attempt(target, queued)
      .catch((error: unknown) => this.#hooks.broken(error))
      .finally(() => {
        this.#running.delete(attempt);
        this.start();
      });
    this.#running.add(attempt);
  }

  async #attempt(target: Target, queued: Queued): Promise<void> {
    const failure = await send(target.hook, queued);
    queued.isRunning = false;
    target.running -= 1;
    if (failure === undefined) {
      target.noteRecovery();
      return this.#hooks.delivered(target, queued);
    }
    target.noteFailure();
    return this.#hooks.failed(target, queued, failure);
  }
}

/** Returns why an attempt has failed; undefined if it has not. */
async function send(hook: StoredHook, { delivery }: Queued): Promise<JobFailureCode | undefined> {
  try {
    await postWebhook(hook, delivery.id, JSON.stringify(delivery.event));
    return undefined;
  } catch (error) {
    return jobFailureCode(error);
  }
}
