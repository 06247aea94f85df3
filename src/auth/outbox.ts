import { describeError } from '../log.ts';
import type { Log, RoomStorage, RoomTransaction } from '../platform.ts';
import type { MailPurpose } from './mail.ts';

/**
 * What other rooms and the mail still have to be told. Doing it twice does no harm. `nothing` takes
 * as long as the others: what is asked for an address without an account comes to it.
 */
export type Work =
  | { kind: 'end-sessions'; user: string; session_hashes: string[] }
  | { kind: 'destroy'; user: string }
  | { kind: 'mail'; account: string; purpose: MailPurpose }
  | { kind: 'nothing' };

/** Work that is kept until it is done. `due` is in milliseconds since the epoch. */
interface Entry {
  work: Work;
  attempts: number;
  due: number;
}

const FIRST_RETRY = 5_000;
const LAST_RETRY = 3_600_000;

/**
 * Work that follows from a change to an account. It is stored in the transaction of that change
 * and removed when it is done, so that a crash between the two delays it, and loses none of it.
 */
export class Outbox {
  readonly #storage: RoomStorage;
  readonly #log: Log;
  readonly #perform: (work: Work, id: string) => Promise<void>;
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
    void this.#storage.list<Entry>({ prefix: PREFIX }).then((entries) => this.#deliver(entries));
  }

  /**
   * Runs a transaction, and does what it posts once it is committed: at once, or by the alarm where
   * that fails. Does not wait for mail, which would show that there is somebody to write to.
   */
  async transact<Value>(
    run: (transaction: RoomTransaction, post: (work: Work) => void) => Promise<Value>,
  ): Promise<Value> {
    const posted = new Map<string, Entry>();
    const value = await this.#storage.transaction(async (transaction) => {
      posted.clear();
      const due = Date.now() + FIRST_RETRY;
      const result = await run(transaction, (work) => {
        posted.set(PREFIX + crypto.randomUUID(), { work, attempts: 0, due });
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
    const entries = await this.#storage.list<Entry>({ prefix: PREFIX });
    await this.#deliver(new Map([...entries].filter(([, { due }]) => due <= Date.now())));
  }

  async #deliver(entries: ReadonlyMap<string, Entry>): Promise<void> {
    await Promise.all([...entries].map(([key, entry]) => this.#attempt(key, entry)));
    await this.#storage.transaction(setAlarm);
  }

  async #attempt(key: string, { work, attempts }: Entry): Promise<void> {
    try {
      await this.#perform(work, key.slice(PREFIX.length));
      await this.#storage.delete(key);
    } catch (error) {
      this.#log('outbox-retry', { work: work.kind, attempts, reason: describeError(error).error });
      const due = Date.now() + Math.min(LAST_RETRY, FIRST_RETRY * 2 ** attempts);
      await this.#storage.put<Entry>(key, { work, attempts: attempts + 1, due });
    }
  }
}

/** Sets the alarm for the first work that is due; no other alarm is set in an auth room. */
async function setAlarm(transaction: RoomTransaction): Promise<void> {
  const entries = await transaction.list<Entry>({ prefix: PREFIX });
  const due = Math.min(...[...entries.values()].map((entry) => entry.due));
  await (entries.size > 0 ? transaction.setAlarm(due) : transaction.deleteAlarm());
}

/** Whether an answer waits for the work. */
const isAwaited = ({ kind }: Work): boolean => kind === 'end-sessions' || kind === 'destroy';

const PREFIX = 'outbox:';
