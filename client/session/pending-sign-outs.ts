import { CONFIRMATION, fits } from '../../src/protocol/answer-shapes.ts';
import type { HttpClient } from '../api/http-client.ts';
import { exponentialBackoff } from '../common/backoff.ts';
import { type CallOptions, withDeadline } from '../common/deadline.ts';
import { watchNetwork } from '../common/network-events.ts';
import { TinyHostError } from '../errors.ts';
import type { SafeStorage } from './session-storage.ts';

/** How many sessions to remember that are still to be ended. The oldest give way. */
const MAX_WAITING = 10;
/** How long a sign-out waits for the server, in milliseconds. */
const PATIENCE = 5_000;
/** The delays before another attempt after a failure, in milliseconds. */
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 600_000;

/**
 * Ends sessions on the server that are forgotten here already: at once, or when the network is
 * back. Their tokens are kept in the storage until then, so that a reload or a crash is no way
 * around it.
 */
export class PendingSignOuts {
  readonly #key: string;
  readonly #storage: SafeStorage;
  readonly #http: HttpClient;
  /** Asked for once and never again, even where the storage does not forget. */
  readonly #ended = new Set<string>();
  #running: Promise<void> | undefined;
  #failures = 0;
  #timeout: ReturnType<typeof setTimeout> | undefined;
  #ignoreNetwork: (() => void) | undefined;

  constructor(key: string, storage: SafeStorage, http: HttpClient) {
    this.#key = key;
    this.#storage = storage;
    this.#http = http;
    // Not at once: a storage that fails is told of when the app has its client.
    this.#startIn(0);
  }

  /** Ends the session of this token. Resolves in time, done or not; an abort ends the waiting. */
  async end(token: string, { signal, timeoutMs = PATIENCE }: CallOptions = {}): Promise<void> {
    this.#write([...this.#read(), token].slice(-MAX_WAITING));
    const running = this.#start();
    await withDeadline({ signal, timeoutMs }, () => running).catch(() => undefined);
  }

  #start(): Promise<void> {
    clearTimeout(this.#timeout);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends one session after the other, the latest first, until one fails. Never rejects. */
  async #run(): Promise<void> {
    for (let token = this.#next(); token; token = this.#next()) {
      if (!(await this.#endOne(token))) return this.#wait();
      this.#ended.add(token);
      this.#write(this.#read().filter((other) => other !== token));
      this.#failures = 0;
    }
    this.#ignoreNetwork?.();
    this.#ignoreNetwork = undefined;
  }

  #next(): string | undefined {
    return this.#read().findLast((token) => !this.#ended.has(token));
  }

  /** Resolves with false where trying again later may help. */
  async #endOne(token: string): Promise<boolean> {
    try {
      await this.#http.call('sign-out', CONFIRMATION, { token });
      return true;
    } catch (error) {
      if (!(error instanceof TinyHostError) || error.code === 'invalid_answer') return false;
      return error.status >= 400 && error.status < 500 && error.status !== 429;
    }
  }

  #wait(): void {
    this.#failures += 1;
    this.#startIn(exponentialBackoff(this.#failures, FIRST_PAUSE, LONGEST_PAUSE));
    this.#ignoreNetwork ??= watchNetwork(() => void this.#start());
  }

  #startIn(milliseconds: number): void {
    this.#timeout = setTimeout(() => void this.#start(), milliseconds);
    // In Node, a process may end although this is still to be done.
    (this.#timeout as { unref?(): void }).unref?.();
  }

  #read(): string[] {
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(this.#key) ?? '[]');
      return fits(kept, ['']) ? kept : [];
    } catch {
      return [];
    }
  }

  #write(tokens: string[]): void {
    if (tokens.length > 0) this.#storage.setItem(this.#key, JSON.stringify(tokens));
    else this.#storage.removeItem(this.#key);
  }
}
