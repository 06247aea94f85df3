import { MEMBERSHIP_LIST } from '../../src/protocol/http-api/membership-examples.ts';
import type { Membership } from '../../src/protocol/membership.ts';
import { sessionCall } from '../api/session-call.ts';
import { exponentialBackoff } from '../common/backoff.ts';
import type { CallOptions } from '../common/deadline.ts';
import { Observable } from '../common/observable.ts';
import type { ClientContext } from '../context.ts';
import { TinyHostError } from '../errors.ts';

/** How long to collect reasons to fetch the list again. */
const PAUSE_MS = 250;
/** The delays before another attempt after a failure. */
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/**
 * The list of an account's shared stores. While somebody listens, it is fetched again after each
 * change that the server or this client tells of: one call at a time, a quarter of a second apart.
 */
export class StoreList {
  readonly #context: ClientContext;
  readonly #list = new Observable<readonly Membership[] | undefined>(undefined);
  #listeners = 0;
  #failures = 0;
  /** When the next call may be made, by `performance.now()`. */
  #notBefore = 0;
  #isFetching = false;
  /** Whether something changed after the present call was sent. */
  #isOutdated = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ClientContext) {
    this.#context = context;
    context.storeListeners.add(() => this.refresh());
    context.sessions.subscribe((session) => {
      this.#stop();
      this.#notBefore = 0;
      this.#list.set(undefined);
      if (session) this.refresh();
    });
  }

  get value(): readonly Membership[] | undefined {
    return this.#list.value;
  }

  subscribe(listener: (stores: readonly Membership[] | undefined) => void): () => void {
    const unsubscribe = this.#list.subscribe(listener);
    this.#listeners += 1;
    this.refresh();
    let stop = (): void => {
      stop = () => undefined;
      unsubscribe();
      this.#listeners -= 1;
      if (this.#listeners === 0) this.#stop();
    };
    return () => stop();
  }

  /** Fetches the list soon, if somebody listens. */
  refresh(): void {
    this.#isOutdated = true;
    this.#schedule();
  }

  /** Fetches the list. Rejects like `sessionCall`. */
  async fetch(options: CallOptions = {}): Promise<readonly Membership[]> {
    const session = this.#context.sessions.value;
    const call = { method: 'GET', ...options } as const;
    const { stores } = await sessionCall(this.#context, 'stores', MEMBERSHIP_LIST, call);
    const isCurrent = !session || session === this.#context.sessions.value;
    if (isCurrent && JSON.stringify(stores) !== JSON.stringify(this.value)) this.#list.set(stores);
    return stores;
  }

  #schedule(): void {
    if (this.#listeners === 0 || this.#isFetching || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#run(), this.#notBefore - performance.now());
    // A list that cannot be fetched must not keep a Node process alive.
    (this.#timer as { unref?(): void }).unref?.();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#isFetching = true;
    this.#isOutdated = false;
    const delay = await this.fetch().then(
      () => this.#wait(0),
      (error: unknown) => this.#wait(this.#failures + 1, error),
    );
    this.#notBefore = performance.now() + delay;
    this.#isFetching = false;
    if (this.#isOutdated) this.#schedule();
  }

  /** Returns the milliseconds before the next call, after this number of failures in a row. */
  #wait(failures: number, error?: unknown): number {
    // Without a session, the next sign-in is the time to try again.
    this.#isOutdated ||= failures > 0 && this.#context.sessions.value !== undefined;
    this.#failures = failures;
    const requested = error instanceof TinyHostError ? (error.retryAfter ?? 0) : 0;
    const delay = exponentialBackoff(failures, FIRST_DELAY_MS, LONGEST_DELAY_MS);
    return Math.max(PAUSE_MS, delay, 1000 * requested);
  }
}
