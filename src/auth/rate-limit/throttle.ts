import type { RoomTransaction } from '../../platform.ts';
import { type Failure, fail, type Result, succeed } from '../../protocol/errors.ts';

export interface ThrottleOptions {
  /** Start of the storage keys. */
  prefix: string;
  /** Failures that one window allows; 0 means no limit. */
  limit: number;
  windowMs: number;
  /** Failures of a window that are counted in memory only, before it is stored. */
  unstored?: number;
}

/** How an attempt ended. A success clears the earlier failures. */
export type Outcome = 'failed' | 'succeeded' | 'undecided';

export type EndAttempt = (outcome: Outcome) => Promise<void>;

/** A time window that starts with a failure. `until` is in milliseconds since the epoch. */
interface Window {
  failures: number;
  until: number;
}

/** The state of a key in memory. `attempts` counts those that are still running. */
interface Entry {
  loaded: Promise<void>;
  window: Window;
  attempts: number;
  users: number;
}

/** With this many keys in memory, those with an expired window are removed. */
const PRUNE_FROM = 1_024;
/** Stored windows that one sweep looks at. */
const SWEPT_AT_ONCE = 64;

/**
 * Limits failures per key in fixed windows. Running attempts count like failures, so that parallel
 * connections allow no more guesses than one. A success writes only if there are failures to clear.
 */
export class Throttle {
  readonly #storage: RoomTransaction;
  readonly #options: ThrottleOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(storage: RoomTransaction, options: ThrottleOptions) {
    this.#storage = storage;
    this.#options = options;
  }

  /** Runs an attempt unless the limit is reached. The attempt returns undefined for a failure. */
  async attempt<Value>(
    key: string,
    run: () => Promise<Value | undefined>,
  ): Promise<Result<Value | undefined>> {
    const begun = await this.begin(key);
    return begun.ok ? succeed(await runAttempt(begun.value, run)) : begun;
  }

  /** Begins an attempt unless the limit is reached. The caller has to end it. */
  async begin(key: string): Promise<Result<EndAttempt>> {
    if (this.#options.limit === 0) return succeed(async () => undefined);
    const entry = this.#enter(key);
    try {
      await entry.loaded;
      const refusal = this.#refuse(entry);
      if (refusal) return refusal;
      entry.attempts += 1;
      entry.users += 1;
      return succeed((outcome) => this.#end(key, entry, outcome));
    } finally {
      this.#leave(key, entry);
    }
  }

  /** Clears the failures of every key with this prefix. */
  async clear(start: string): Promise<void> {
    for (const [key, { window }] of this.#entries) {
      if (key.startsWith(start)) window.failures = 0;
    }
    const prefix = this.#options.prefix + start;
    for (;;) {
      const keys = [...(await this.#storage.list({ prefix, limit: 128 })).keys()];
      if (keys.length === 0) return;
      await this.#storage.delete(keys);
    }
  }

  #enter(key: string): Entry {
    if (this.#entries.size >= PRUNE_FROM) this.#prune();
    const entry = this.#entries.get(key) ?? this.#load(key);
    entry.users += 1;
    this.#entries.set(key, entry);
    return entry;
  }

  #load(key: string): Entry {
    const entry = { window: { failures: 0, until: 0 }, attempts: 0, users: 0 };
    const loaded = this.#storage.get<Window>(this.#options.prefix + key).then((stored) => {
      if (stored) entry.window = stored;
    });
    return Object.assign(entry, { loaded });
  }

  #refuse({ window, attempts }: Entry): Failure | undefined {
    const now = Date.now();
    // A window that ends too late was started by a clock that has been set back since.
    if (window.until <= now || window.until > now + this.#options.windowMs) window.failures = 0;
    if (window.failures + attempts < this.#options.limit) return undefined;
    // Running attempts may still succeed, so the client may retry soon.
    const wait = window.failures < this.#options.limit ? 1_000 : window.until - now;
    const message = 'there were too many attempts, try again later';
    return fail('too_many_requests', message, { retryAfter: Math.ceil(wait / 1_000) });
  }

  /** Ends the attempt and counts its failure in the same turn, so that one of them always counts. */
  async #end(key: string, entry: Entry, outcome: Outcome): Promise<void> {
    entry.attempts -= 1;
    try {
      if (outcome === 'failed') await this.#count(key, entry);
      if (outcome === 'succeeded') await this.#forget(key, entry);
    } finally {
      this.#leave(key, entry);
    }
  }

  #leave(key: string, entry: Entry): void {
    entry.users -= 1;
    if (!this.#isNeeded(entry)) this.#entries.delete(key);
  }

  async #count(key: string, { window }: Entry): Promise<void> {
    if (window.failures === 0) window.until = Date.now() + this.#options.windowMs;
    window.failures += 1;
    if (this.#isUnstored(window)) return;
    await this.#storage.put(this.#options.prefix + key, { ...window });
    await this.#sweep();
  }

  async #forget(key: string, { window }: Entry): Promise<void> {
    if (window.failures === 0) return;
    window.failures = 0;
    await this.#storage.delete(this.#options.prefix + key);
  }

  #isUnstored({ failures }: Window): boolean {
    return failures > 0 && failures <= (this.#options.unstored ?? 0);
  }

  #isNeeded({ users, window }: Entry): boolean {
    return users > 0 || (this.#isUnstored(window) && window.until > Date.now());
  }

  #prune(): void {
    for (const [key, entry] of this.#entries) {
      if (!this.#isNeeded(entry)) this.#entries.delete(key);
    }
  }

  /** Removes some expired windows at each failure: enough to keep up with new ones. */
  async #sweep(): Promise<void> {
    const { prefix } = this.#options;
    const windows = await this.#storage.list<Window>({ prefix, limit: SWEPT_AT_ONCE });
    const over = [...windows].filter(([, { until }]) => until <= Date.now());
    if (over.length > 0) await this.#storage.delete(over.map(([key]) => key));
  }
}

/** Runs an attempt and ends it: undefined is a failure, and an exception is undecided. */
export async function runAttempt<Value>(
  end: EndAttempt,
  run: () => Promise<Value | undefined>,
): Promise<Value | undefined> {
  let outcome: Outcome = 'undecided';
  try {
    const value = await run();
    outcome = value === undefined ? 'failed' : 'succeeded';
    return value;
  } finally {
    await end(outcome);
  }
}
