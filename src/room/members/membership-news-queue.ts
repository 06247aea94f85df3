import type { MembershipNews } from '../../operations/auth-room-operations.ts';
import type { RoomStorage } from '../../platform.ts';
import type { StagedWrites } from './staged-writes.ts';
import { listAfter, NEWS_PREFIX } from './stored-store.ts';

/** The delays between attempts, in milliseconds: the first one doubles until the longest. */
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 3_600_000;

/** With an hour between most attempts, news are given up after a month. */
const MAX_ATTEMPTS = 730;

/** The state of a membership that its account's auth room has not confirmed. */
export interface QueuedNews {
  /** The auth room. */
  shard: string;
  news: MembershipNews;
  attempts: number;
  /** When to try again, in milliseconds since the epoch. */
  due: number;
}

/**
 * What auth rooms still have to be told of, one entry for each account. It is stored together with
 * the change that it tells of, so a crash delays it but does not lose it.
 */
export class MembershipNewsQueue {
  readonly #writes: StagedWrites;
  #queued = new Map<string, QueuedNews>();

  constructor(writes: StagedWrites) {
    this.#writes = writes;
  }

  async load(storage: RoomStorage): Promise<void> {
    this.#queued = await listAfter<QueuedNews>(storage, NEWS_PREFIX);
  }

  /** Queues the latest state of a membership in place of an earlier one. */
  add(shard: string, news: MembershipNews, now: number): void {
    this.#put({ shard, news, attempts: 0, due: now });
  }

  /** When the first of these news are due, in milliseconds since the epoch; Infinity for none. */
  nextDue(isMeant: (queued: QueuedNews) => boolean): number {
    return Math.min(...[...this.#queued.values()].filter(isMeant).map(({ due }) => due));
  }

  /** Those that are due. */
  due(now: number): QueuedNews[] {
    return [...this.#queued.values()].filter(({ due }) => due <= now);
  }

  /** Removes news that were told, unless later ones have taken their place. */
  done(told: QueuedNews): void {
    if (this.#isQueued(told)) this.drop(told.news.account);
  }

  /** Plans another attempt. Returns whether there will be one. */
  postpone(failed: QueuedNews, now: number): boolean {
    if (!this.#isQueued(failed)) return true;
    const attempts = failed.attempts + 1;
    if (attempts >= MAX_ATTEMPTS) this.drop(failed.news.account);
    else this.#put({ ...failed, attempts, due: now + delayAfter(attempts) });
    return attempts < MAX_ATTEMPTS;
  }

  /** Drops the news for an account. */
  drop(account: string): void {
    if (this.#queued.delete(account)) this.#writes.delete(NEWS_PREFIX + account);
  }

  #isQueued({ news }: QueuedNews): boolean {
    return this.#queued.get(news.account)?.news.version === news.version;
  }

  #put(queued: QueuedNews): void {
    const { account } = queued.news;
    this.#queued.set(account, queued);
    this.#writes.put(NEWS_PREFIX + account, queued);
  }
}

const delayAfter = (attempts: number): number =>
  Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempts - 1));
