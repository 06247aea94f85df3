import { CONFIRMATION, fits } from '../../src/protocol/http-api/response-examples.ts';
import type { HttpClient } from '../api/http-client.ts';
import { exponentialBackoff } from '../common/backoff.ts';
import { type CallOptions, withDeadline } from '../common/deadline.ts';
import { type RuntimeEvents, watchNetwork } from '../common/runtime-events.ts';
import { TinyHostError } from '../errors.ts';
import type { SafeStorage } from './safe-storage.ts';

/** The most sessions to remember until they have ended. The oldest are dropped first. */
const MAX_PENDING = 10;
/** How long a sign-out waits for the server. */
const SIGN_OUT_TIMEOUT_MS = 5_000;
/** The delays before another attempt after a failure. */
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 600_000;

/**
 * Ends sessions on the server that this device has already forgotten: at once, or when the network
 * is back. Their tokens stay in the storage until then, so that they end even after a reload.
 */
export class PendingSignOuts {
  readonly #key: string;
  readonly #storage: SafeStorage;
  readonly #http: HttpClient;
  readonly #events: RuntimeEvents | undefined;
  /** Ended sessions. They are not ended twice, even if the storage cannot remove them. */
  readonly #ended = new Set<string>();
  #running: Promise<void> | undefined;
  #failures = 0;
  #timeout: ReturnType<typeof setTimeout> | undefined;
  #ignoreNetwork: (() => void) | undefined;

  constructor(key: string, storage: SafeStorage, http: HttpClient, events?: RuntimeEvents) {
    this.#key = key;
    this.#storage = storage;
    this.#http = http;
    this.#events = events;
    void this.#startLoaded();
  }

  /**
   * Ends the session of this token. Resolves when that is done, on an abort, and after `timeoutMs`
   * (5,000 by default). It never rejects: an unfinished sign-out is retried later.
   */
  async end(
    token: string,
    { signal, timeoutMs = SIGN_OUT_TIMEOUT_MS }: CallOptions = {},
  ): Promise<void> {
    this.#write([...this.#read(), token].slice(-MAX_PENDING));
    const running = this.#start();
    await withDeadline({ signal, timeoutMs }, () => running).catch(() => undefined);
  }

  async #startLoaded(): Promise<void> {
    // Later, so that a failing storage is reported after the app has its client.
    await Promise.resolve();
    const loaded = parseTokens(await this.#storage.load(this.#key));
    const added = this.#read().filter((token) => !loaded.includes(token));
    // Sign-outs may have been added while an asynchronous storage was read.
    if (added.length > 0) this.#write([...loaded, ...added].slice(-MAX_PENDING));
    this.#startIn(0);
  }

  #start(): Promise<void> {
    clearTimeout(this.#timeout);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends the sessions one by one, the latest first, until one fails. Never rejects. */
  async #run(): Promise<void> {
    for (let token = this.#next(); token; token = this.#next()) {
      if (!(await this.#endOne(token))) return this.#retryLater();
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

  /** Resolves with false if a later attempt may succeed. */
  async #endOne(token: string): Promise<boolean> {
    try {
      await this.#http.call('sign-out', CONFIRMATION, { token });
      return true;
    } catch (error) {
      if (!(error instanceof TinyHostError) || error.code === 'invalid_answer') return false;
      return error.status >= 400 && error.status < 500 && error.status !== 429;
    }
  }

  #retryLater(): void {
    this.#failures += 1;
    this.#startIn(exponentialBackoff(this.#failures, FIRST_DELAY_MS, LONGEST_DELAY_MS));
    this.#ignoreNetwork ??= watchNetwork(() => void this.#start(), this.#events);
  }

  #startIn(milliseconds: number): void {
    this.#timeout = setTimeout(() => void this.#start(), milliseconds);
    // A pending sign-out must not keep a Node process alive.
    (this.#timeout as { unref?(): void }).unref?.();
  }

  #read(): string[] {
    return parseTokens(this.#storage.getItem(this.#key));
  }

  #write(tokens: string[]): void {
    if (tokens.length > 0) this.#storage.setItem(this.#key, JSON.stringify(tokens));
    else this.#storage.removeItem(this.#key);
  }
}

function parseTokens(text: string | null): string[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return fits(kept, ['']) ? kept : [];
  } catch {
    return [];
  }
}
