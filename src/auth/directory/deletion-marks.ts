import type { RoomTransaction } from '../../platform.ts';

/** Version of the stored format of a mark. */
const FORMAT = 1;

/**
 * How long a deletion is remembered, in milliseconds. Longer than the deadline of any request, so
 * that an older state that arrives late does not bring the account back.
 */
const REMEMBERED_MS = 3_600_000;

/** Old marks that a new one removes. More than one, so that they become fewer. */
const REMOVED_AT_ONCE = 50;

/** Digits of a time in milliseconds, so that keys sort by time. */
const TIME_DIGITS = 15;

/** The accounts that were deleted lately, by id and, to forget them, by time. */
export class DeletionMarks {
  readonly #storage: RoomTransaction;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
  }

  async has(id: string): Promise<boolean> {
    return (await this.#storage.get(MARK + id)) !== undefined;
  }

  /** Marks an account, and forgets those that were deleted long ago. Call it in a transaction. */
  async add(id: string): Promise<void> {
    await this.#forget();
    const deleted_at = Date.now();
    await this.#storage.put<unknown>({
      [MARK + id]: { format: FORMAT, deleted_at },
      [`${timeKey(deleted_at)}:${id}`]: id,
    });
  }

  async remove(id: string): Promise<void> {
    await this.#storage.delete(MARK + id);
  }

  async #forget(): Promise<void> {
    const over = await this.#storage.list<string>({
      prefix: TIME,
      end: timeKey(Date.now() - REMEMBERED_MS),
      limit: REMOVED_AT_ONCE,
    });
    if (over.size === 0) return;
    await this.#storage.delete([...over].flatMap(([key, id]) => [key, MARK + id]));
  }
}

const timeKey = (time: number): string => TIME + `${Math.max(0, time)}`.padStart(TIME_DIGITS, '0');

const MARK = 'deleted:';
const TIME = 'deleted-at:';
