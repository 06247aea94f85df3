import { mapAtOnce } from '../../at-once.ts';
import { logName } from '../../log.ts';
import type { Log, RoomStorage, RoomTransaction } from '../../platform.ts';
import { jobFailureCode } from './job-failure.ts';
import {
  isAwaited,
  isDue,
  isLeased,
  isNeverGivenUp,
  isReplacedBy,
  lease,
  newJob,
  type OutboxJob,
  postpone,
  type StoredJob,
} from './outbox-job.ts';

/** With an hour between most attempts, a job is given up after a month. */
const MAX_ATTEMPTS = 730;

/** Least time until an alarm, so that no fault can make it ring without pause. */
const NEXT_ALARM = 1_000;

/** Posts a job within a transaction, and returns the id of the job. */
export type PostJob = (job: OutboxJob) => string;

/** Runs a job. `follow` posts another one that follows from it, at the moment when it is done. */
export type RunJob = (
  job: OutboxJob,
  id: string,
  follow: (following: OutboxJob) => void,
) => Promise<void>;

/**
 * Jobs that follow from a change to an account. A job is stored in the transaction of that change
 * and removed when it is done, so a crash in between delays the job but does not lose it.
 */
export class Outbox {
  readonly #storage: RoomStorage;
  readonly #log: Log;
  readonly #run: RunJob;
  /** Keys of the jobs that are running in this life of the room. */
  readonly #running = new Set<string>();
  /** Whether an earlier life of the room has left jobs. */
  #leftover = false;

  constructor(storage: RoomStorage, log: Log, run: RunJob) {
    this.#log = log;
    this.#storage = storage;
    this.#run = run;
  }

  /** Looks for jobs that an earlier life of the room has left. */
  async start(): Promise<void> {
    this.#leftover = (await this.#storage.list({ prefix: PREFIX, limit: 1 })).size > 0;
  }

  /**
   * Runs the jobs of an earlier life in the background. Call it on a request: only requests have
   * stubs of other rooms on PartyKit, and PartyKit's dev server forgets alarms.
   */
  resume(): void {
    if (!this.#leftover) return;
    this.#leftover = false;
    void this.#runStored(() => true);
  }

  /**
   * Runs a transaction and, once it is committed, the jobs that it posts; the alarm retries those
   * that fail. Does not wait for mails, because the time would show that an account exists, and not
   * for the directory, because a request does not depend on it.
   */
  async transact<Value>(
    run: (transaction: RoomTransaction, post: PostJob) => Promise<Value>,
  ): Promise<Value> {
    const posted = new Map<string, StoredJob>();
    const value = await this.#storage.transaction(async (transaction) => {
      posted.clear();
      const result = await run(transaction, (job) => {
        const id = crypto.randomUUID();
        posted.set(PREFIX + id, newJob(job));
        return id;
      });
      if (posted.size > 0) await store(transaction, posted);
      return result;
    });
    const [awaited, others] = divide(posted);
    if (others.size > 0) void this.#runAll(others);
    if (awaited.size > 0) await this.#runAll(awaited);
    return value;
  }

  /** Runs the jobs that are due, and sets the alarm for the others. */
  async drain(): Promise<void> {
    await this.#runStored(isDue);
  }

  /** Runs the stored jobs that `accepts` accepts, except those that are already running. */
  async #runStored(accepts: (stored: StoredJob) => boolean): Promise<void> {
    const taken = await this.#storage.transaction(async (transaction) => {
      const stored = await transaction.list<StoredJob>({ prefix: PREFIX });
      const free = [...stored].filter(
        ([key, entry]) => accepts(entry) && !this.#running.has(key) && !isLeased(entry),
      );
      const taken = new Map(free.map(([key, entry]) => [key, lease(entry)]));
      for (const [key, entry] of taken) await transaction.put<StoredJob>(key, entry);
      return taken;
    });
    await this.#runAll(taken);
  }

  /** Runs all of these jobs, a few at once. */
  async #runAll(taken: ReadonlyMap<string, StoredJob>): Promise<void> {
    for (const key of taken.keys()) this.#running.add(key);
    await mapAtOnce(taken, ([key, stored]) => this.#attempt(key, stored));
    await this.#storage.transaction(setAlarm);
  }

  async #attempt(key: string, stored: StoredJob): Promise<void> {
    try {
      const following: OutboxJob[] = [];
      await this.#run(stored.job, key.slice(PREFIX.length), (job) => void following.push(job));
      await this.#finish(key, following);
    } catch (error) {
      await this.#retryLater(key, stored, error);
    } finally {
      this.#running.delete(key);
    }
  }

  async #finish(key: string, following: readonly OutboxJob[]): Promise<void> {
    if (following.length === 0) return void (await this.#storage.delete(key));
    await this.transact(async (transaction, post) => {
      await transaction.delete(key);
      for (const job of following) post(job);
    });
  }

  /** Postpones a failed job, unless another attempt has finished or postponed it meanwhile. */
  async #retryLater(key: string, failed: StoredJob, error: unknown): Promise<void> {
    const { job, attempts } = failed;
    const isGivenUp = attempts >= MAX_ATTEMPTS && !isNeverGivenUp(job);
    const figures = { work: logName(job.kind), attempts, reason: jobFailureCode(error) };
    this.#log(isGivenUp ? 'outbox-given-up' : 'outbox-retry', figures);
    if (isGivenUp) return void (await this.#storage.delete(key));
    const next = postpone(failed);
    await this.#storage.transaction(async (transaction) => {
      const current = await transaction.get<StoredJob>(key);
      if (current?.attempts === attempts) await transaction.put<StoredJob>(key, next);
    });
  }
}

/** Stores the jobs that a transaction posts, in place of those that they replace. */
async function store(
  transaction: RoomTransaction,
  posted: ReadonlyMap<string, StoredJob>,
): Promise<void> {
  const stored = await transaction.list<StoredJob>({ prefix: PREFIX });
  const later = [...posted.values()];
  for (const [key, { job }] of stored) {
    if (!later.some((entry) => isReplacedBy(job, entry.job))) continue;
    await transaction.delete(key);
    stored.delete(key);
  }
  // One put takes at most 128 keys, and an account can be in more stores.
  for (const [key, entry] of posted) await transaction.put<StoredJob>(key, entry);
  await setAlarmFor(transaction, new Map([...stored, ...posted]));
}

/** Divides jobs into those that the answer to a request waits for, and the others. */
function divide(
  posted: ReadonlyMap<string, StoredJob>,
): [awaited: Map<string, StoredJob>, others: Map<string, StoredJob>] {
  const all = [...posted];
  return [
    new Map(all.filter(([, { job }]) => isAwaited(job))),
    new Map(all.filter(([, { job }]) => !isAwaited(job))),
  ];
}

const setAlarm = async (transaction: RoomTransaction): Promise<void> =>
  setAlarmFor(transaction, await transaction.list<StoredJob>({ prefix: PREFIX }));

/** Sets the alarm for the first job that is due. An auth room uses its alarm for nothing else. */
async function setAlarmFor(
  transaction: RoomTransaction,
  stored: ReadonlyMap<string, StoredJob>,
): Promise<void> {
  if (stored.size === 0) return transaction.deleteAlarm();
  const due = Math.min(...[...stored.values()].map((job) => job.due));
  await transaction.setAlarm(Math.max(due, Date.now() + NEXT_ALARM));
}

const PREFIX = 'outbox:';
