import type { RoomStorage } from '../../platform.ts';
import { utf8Length } from '../../protocol/utf8.ts';
import { newLogId } from '../log/log-cursor.ts';
import { Assembler, type Part, split } from '../log/log-parts.ts';
import { LogStorage } from '../log/log-storage.ts';
import { type Counts, countsOf } from './counts.ts';
import type { Moment } from './moments.ts';
import { readImages } from './past/before-images.ts';

/**
 * The keys of moments in room storage:
 *
 *     moment:<from>                    the moment, with the first part of the text of its images
 *     moment-part:<from>-<id>.<part>   each further part
 *     moment-import                    where the import of a history is (see moment-import.ts)
 *
 * `from` is the position of its first record in the log. The id is random: if a moment is written
 * again after an interruption, parts of the two cannot be mixed. A list of moments reads no further
 * parts.
 *
 * A moment may lie within the one before it, which was merged of several (see thinning.ts). Then it
 * is about to be removed.
 */
const MOMENTS = 'moment:';
const PARTS = 'moment-part:';
export const IMPORT_KEY = 'moment-import';

/** The keys of all moments with their parts, and without them. */
export const EVERYTHING = { start: 'moment-', end: 'moment;' };
const ALL = { start: MOMENTS, end: 'moment;' };

const MOMENT_FORMAT = 1;

const POSITION = 15;
const PART = 4;

/** Moments that are read at once. Each has up to 112 kB. */
const MOMENTS_PER_PAGE = 16;

/** Bytes that a moment takes beside its images: its key, its head and its row in SQLite. */
const MOMENT_COST = 300;

/** A moment without its images. */
export interface MomentHead extends Omit<Moment, 'images'>, Counts {
  /** Its size in storage, approximately. */
  bytes: number;
  /** When the history was thinned last (see thinner.ts), in milliseconds since the epoch. */
  thinnedAt: number;
}

export interface StoredMoment extends MomentHead {
  format: typeof MOMENT_FORMAT;
  /** The id in the keys of the further parts. */
  id: string;
  first: Part;
}

export type MomentEntry = [key: string, value: StoredMoment | Part];

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

export const momentKey = (from: number): string => MOMENTS + digits(from, POSITION);

const partsOf = (from: number, id = ''): string => `${PARTS}${digits(from, POSITION)}-${id}`;

/** The keys of all further parts of moments from `from` to `to` (exclusive). */
export const partsBetween = (from: number, to: number) => ({
  start: partsOf(from),
  end: partsOf(to),
});

/** The keys of the further parts of one moment. */
export const partsOfMoment = ({ from, id }: StoredMoment) => ({
  start: `${partsOf(from, id)}.`,
  end: `${partsOf(from, id)}/`,
});

/**
 * What to write for a moment: itself last, so that it is valid only with all of its parts. Without
 * images it is a mark, which connects the moments around it.
 */
export function momentEntries(
  { images, ...moment }: Moment,
  thinnedAt = 0,
  id = newLogId(),
): MomentEntry[] {
  const { text } = images;
  const [first, ...others] = split(text) as [Part, ...Part[]];
  const bytes = utf8Length(text) + MOMENT_COST;
  const kind = images.isEmpty ? 'mark' : moment.kind;
  const head: MomentHead = { ...moment, kind, ...countsOf(images), bytes, thinnedAt };
  const parts = `${partsOf(moment.from, id)}.`;
  return [
    ...others.map((part, index): MomentEntry => [parts + digits(index, PART), part]),
    [momentKey(moment.from), { ...head, format: MOMENT_FORMAT, id, first }],
  ];
}

/** Reads the moments of a room. */
export class StoredMoments {
  readonly #storage: LogStorage;

  constructor(storage: RoomStorage) {
    this.#storage = new LogStorage(storage);
  }

  /**
   * The last moment; undefined if there is none. One that lacks a part, because the room ended while
   * it was written, counts as missing: `to` is then its beginning.
   */
  async last(): Promise<MomentHead | undefined> {
    const last = (await this.#storage.last<StoredMoment>(ALL))?.[1];
    if (!last) return undefined;
    if ((await this.textOf(last)) !== undefined) return last;
    return { ...last, to: last.from, until: last.after };
  }

  /** The first moment, even if it is before a gap. */
  async first(): Promise<MomentHead | undefined> {
    for await (const page of this.#storage.pages<StoredMoment>(ALL, 1))
      return [...page.values()][0];
    return undefined;
  }

  /** All moments, oldest first, also those before a gap and those within others. */
  async *oldestFirst(): AsyncGenerator<StoredMoment> {
    for await (const page of this.#storage.pages<StoredMoment>(ALL, MOMENTS_PER_PAGE)) {
      yield* page.values();
    }
  }

  /** All moments before the position `before`, newest first, up to a gap: what came there is not known. */
  async *newestFirst(before?: number): AsyncGenerator<StoredMoment> {
    let reached = before;
    const end = before === undefined ? ALL.end : momentKey(before);
    const range = { start: ALL.start, end };
    for await (const page of this.#storage.pagesBackwards<StoredMoment>(range, MOMENTS_PER_PAGE)) {
      for (const moment of page.values()) {
        if (reached !== undefined && moment.to < reached) return;
        reached = Math.min(reached ?? moment.from, moment.from);
        yield moment;
      }
    }
  }

  /** A moment with its images; undefined if it is not there or lacks a part. */
  async read(from: number): Promise<Moment | undefined> {
    const stored = await this.#storage.get<StoredMoment>(momentKey(from));
    return stored && this.withImages(stored);
  }

  /** The images of a stored moment; undefined if it lacks a part. */
  async withImages(stored: StoredMoment): Promise<Moment | undefined> {
    const text = await this.textOf(stored);
    if (text === undefined) return undefined;
    const { kind, from, to, after, since, until, by, contentBytes } = stored;
    return { kind, from, to, after, since, until, by, contentBytes, images: readImages(text) };
  }

  async textOf(stored: StoredMoment): Promise<string | undefined> {
    const assembler = new Assembler();
    let text = assembler.add('', stored.first);
    if (text !== undefined) return text;
    for await (const page of this.#storage.pages<Part>(partsOfMoment(stored))) {
      for (const part of page.values()) text ??= assembler.add('', part);
    }
    return text;
  }
}
