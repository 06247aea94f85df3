import { logName } from '../log.ts';
import type { Log, RoomStorage, RoomTransaction } from '../platform.ts';
import type { MailPurpose } from './mail.ts';
import { workFailureCode } from './work-failure.ts';

/**
 * What other rooms and the mail still have to be told. Each is done at least once, and doing it
 * twice does no harm: rooms are told what holds, and a mail goes out under one id with one content.
 * `nothing` is left over from earlier versions.
 */
export type Work =
  | { kind: 'end-sessions'; user: string; session_hashes: string[] }
  | { kind: 'renew-session'; user: string; session_hash: string; expires_at: string }
  | { kind: 'destroy'; user: string }
  | { kind: 'mail'; account: string; purpose: MailPurpose }
  | { kind: 'nothing' };

/** Work that is kept until it is done. Times are in milliseconds since the epoch. */
interface Entry {
  work: Work;
  attempts: number;
  due: number;
  /** Until then it is under way, or was when the room left memory. */
  leased_until?: number;
}

const FIRST_RETRY = 5_000;
const LAST_RETRY = 3_600_000;

/** Longer than a mail may take (mail-webhook.ts), so that no two attempts ever overlap. */
const MAIL_LEASE = 15_000;

/** After that many attempts, most of them an hour apart, a month has passed. */
const MAX_ATTEMPTS = 730;

/** How much is under way at once: what Workers allows of connections to elsewhere. */
const CONCURRENCY = 6;

/** An alarm is never set closer than this, so that no mistake has it ring without pause. */
const NEXT_ALARM = 1_000;

/**
 * Work that follows from a change to an account. It is stored in the transaction of that change
 * and removed when it is done, so that a crash between the two delays it, and loses none of it.
 */
export class Outbox {
  readonly #storage: RoomStorage;
  readonly #log: Log;
  readonly #perform: (work: Work, id: string) => Promise<void>;
  /** Keys of what is under way in this life of the room. */
  readonly #running = new Set<string>();
  /** Whether an earlier life of this room has left work. */
  #leftover = false;

  constructor(storage: RoomStorage, log: Log, perform: (work: Work, id: string) => Promise<void>) {
    this.#log = log;
    this.#storage = storage;
    this.#perform = perform;
  }

  /** Looks for work that an earlier life of this room has left. */
  async start(): Promise<void> {
    this.#leftover = (await this.#storage.list({ prefix: PREFIX, limit: 1 })).size > 0;
  }

  /**
   * Does what an earlier life has left, in the background: a request brings stubs, which PartyKit's
   * alarm does not have, and PartyKit's dev server forgets alarms.
   */
  resume(): void {
    if (!this.#leftover) return;
    this.#leftover = false;
    void this.#deliverWhere(() => true);
  }

  /**
   * Runs a transaction, and does what it posts once it is committed: at once, or by the alarm where
   * that fails. Does not wait for mail, which would show that there is somebody to write to.
   * `post` gives the id of a piece of work.
   */
  async transact<Value>(
    run: (transaction: RoomTransaction, post: (work: Work) => string) => Promise<Value>,
  ): Promise<Value> {
    const posted = new Map<string, Entry>();
    const value = await this.#storage.transaction(async (transaction) => {
      posted.clear();
      const result = await run(transaction, (work) => {
        const id = crypto.randomUUID();
        posted.set(PREFIX + id, leased({ work, attempts: 0, due: Date.now() + FIRST_RETRY }));
        return id;
      });
      if (posted.size > 0) {
        await transaction.put<Entry>(Object.fromEntries(posted));
        await setAlarm(transaction);
      }
      return result;
    });
    if (posted.size > 0) {
      const delivered = this.#deliver(posted);
      if ([...posted.values()].some(({ work }) => isAwaited(work))) await delivered;
    }
    return value;
  }

  /** Does what is due, and sets the alarm for the rest. */
  async drain(): Promise<void> {
    const now = Date.now();
    // What is due later than any work can be was stored by a clock that has been set back since.
    await this.#deliverWhere(({ due }) => due <= now || due > now + LAST_RETRY);
  }

  /** Takes what is stored and fits, unless it is under way. */
  async #deliverWhere(fits: (entry: Entry) => boolean): Promise<void> {
    const taken = await this.#storage.transaction(async (transaction) => {
      const stored = await transaction.list<Entry>({ prefix: PREFIX });
      const free = [...stored].filter(
        ([key, entry]) => fits(entry) && !this.#running.has(key) && !isLeased(entry),
      );
      const taken = new Map(free.map(([key, entry]) => [key, leased(entry)]));
      for (const [key, entry] of taken) await transaction.put<Entry>(key, entry);
      return taken;
    });
    await this.#deliver(taken);
  }

  /** Does all of it, a few pieces at once. */
  async #deliver(taken: ReadonlyMap<string, Entry>): Promise<void> {
    for (const key of taken.keys()) this.#running.add(key);
    const rest = taken.entries();
    const worker = async () => {
      for (const [key, entry] of rest) await this.#attempt(key, entry);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    await this.#storage.transaction(setAlarm);
  }

  async #attempt(key: string, entry: Entry): Promise<void> {
    try {
      await this.#perform(entry.work, key.slice(PREFIX.length));
      await this.#storage.delete(key);
    } catch (error) {
      await this.#postpone(key, entry, error);
    } finally {
      this.#running.delete(key);
    }
  }

  /** Puts a failed piece of work off, unless another attempt has done it or put it off since. */
  async #postpone(key: string, { work, attempts }: Entry, error: unknown): Promise<void> {
    const told = { work: logName(work.kind), attempts, reason: workFailureCode(error) };
    const isGivenUp = attempts >= MAX_ATTEMPTS && work.kind !== 'destroy';
    this.#log(isGivenUp ? 'outbox-given-up' : 'outbox-retry', told);
    if (isGivenUp) return void (await this.#storage.delete(key));
    const due = Date.now() + Math.min(LAST_RETRY, FIRST_RETRY * 2 ** attempts);
    await this.#storage.transaction(async (transaction) => {
      const current = await transaction.get<Entry>(key);
      if (current?.attempts !== attempts) return;
      await transaction.put<Entry>(key, { work, attempts: attempts + 1, due });
    });
  }
}

/**
 * An entry that is about to be attempted. What only tells rooms is not leased beyond this life: it
 * can be repeated at once, and whoever has deleted an account should not have to wait.
 */
function leased({ work, attempts, due }: Entry): Entry {
  if (work.kind !== 'mail') return { work, attempts, due };
  const leased_until = Date.now() + MAIL_LEASE;
  return { work, attempts, due: leased_until, leased_until };
}

function isLeased({ leased_until = 0 }: Entry): boolean {
  const left = leased_until - Date.now();
  return left > 0 && left <= MAIL_LEASE;
}

/** Sets the alarm for the first work that is due; no other alarm is set in an auth room. */
async function setAlarm(transaction: RoomTransaction): Promise<void> {
  const entries = await transaction.list<Entry>({ prefix: PREFIX });
  if (entries.size === 0) return transaction.deleteAlarm();
  const due = Math.min(...[...entries.values()].map((entry) => entry.due));
  await transaction.setAlarm(Math.max(due, Date.now() + NEXT_ALARM));
}

/** Whether an answer waits for the work. */
const isAwaited = ({ kind }: Work): boolean => kind === 'end-sessions' || kind === 'destroy';

const PREFIX = 'outbox:';
