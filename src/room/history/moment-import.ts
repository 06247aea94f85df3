import type { RoomStorage } from '../../platform.ts';
import { LogStorage } from '../log/log-storage.ts';
import {
  IMPORT_KEY,
  type MomentHead,
  momentEntries,
  momentKey,
  partsBetween,
  type StoredMoment,
  StoredMoments,
} from './moment-storage.ts';
import type { Moment } from './moments.ts';

/** A moment of a backup. The positions of its log mean nothing here. */
export interface ImportedMoment extends Omit<Moment, 'from' | 'to'> {
  /** The random id of the history in the backup. */
  history: string;
  /** Counts the moments of the history from 1, newest first. */
  number: number;
  isLast: boolean;
}

/** An import that goes on: which moment comes next, and the position that the one before got. */
interface ImportState {
  history: string;
  next: number;
  from: number;
}

/** Moments of a room's own that give way to a history. A room that was just filled has fewer. */
const MAX_OWN = 100;

/**
 * Puts the moments of a backup in the place of those that the room has noted while it was filled.
 * The newest moment ends where the present one begins. Each older one goes before it, in a position
 * of its own: the history is valid after each, and goes on if it was interrupted.
 */
export class MomentImport {
  readonly #storage: LogStorage;
  readonly #moments: StoredMoments;

  constructor(storage: RoomStorage) {
    this.#storage = new LogStorage(storage);
    this.#moments = new StoredMoments(storage);
  }

  /** The room's own moments; undefined if they reach back to `moment`, or if there are many. */
  async ownAfter({ until }: ImportedMoment): Promise<MomentHead[] | undefined> {
    const own: StoredMoment[] = [];
    for await (const moment of this.#moments.oldestFirst()) {
      if (moment.since <= until || own.length === MAX_OWN) return undefined;
      own.push(moment);
    }
    return own;
  }

  /** Replaces the room's own moments before the position `to`, all of it in this turn. */
  async replace(own: MomentHead[], moment: ImportedMoment, to: number): Promise<void> {
    const given = own.filter(({ from }) => from < to).map(({ from }) => momentKey(from));
    await Promise.all([this.#storage.delete(given), this.#put(moment, to)]);
    for await (const _ of this.#storage.removeRange(partsBetween(0, to - 1)));
  }

  /** Puts a moment before those that are there, if it is the next one of their history. */
  async putBefore(moment: ImportedMoment): Promise<void> {
    const state = await this.#storage.get<ImportState>(IMPORT_KEY);
    if (state?.history !== moment.history || state.next !== moment.number) return;
    const first = await this.#moments.first();
    // Otherwise the first one was too old, and this one is too, or positions have run out.
    const isNext = first?.from === state.from && state.from > 0 && moment.since <= first.since;
    if (isNext) await this.#put(moment, state.from);
  }

  async #put({ history, number, isLast, ...moment }: ImportedMoment, to: number): Promise<void> {
    const from = to - 1;
    const entries: [string, unknown][] = momentEntries({ ...moment, from, to });
    const state: ImportState = { history, next: number + 1, from };
    const put = this.#storage.put(isLast ? entries : [...entries, [IMPORT_KEY, state]]);
    await (isLast ? Promise.all([put, this.#storage.delete([IMPORT_KEY])]) : put);
  }
}
