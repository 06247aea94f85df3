import type { RoomStorage } from '../../platform.ts';
import { newLogId } from '../log/log-cursor.ts';
import { Assembler, type Part, split } from '../log/log-parts.ts';
import { LogStorage } from '../log/log-storage.ts';
import { readImages } from './before-images.ts';
import type { Moment } from './moments.ts';

/**
 * The keys of moments in room storage:
 *
 *     moment:<from>                    the moment, with the first part of the text of its images
 *     moment-part:<from>-<id>.<part>   each further part
 *
 * `from` is the position of its first record in the log. The id is random: if a moment is written
 * again after an interruption, parts of the two cannot be mixed. A list of moments reads no further
 * parts.
 */
const MOMENTS = 'moment:';
const PARTS = 'moment-part:';

/** The keys of all moments, without further parts. */
const ALL = { start: MOMENTS, end: 'moment;' };

const MOMENT_FORMAT = 1;

const POSITION = 15;
const PART = 4;

/** A moment without its images. */
export type MomentHead = Omit<Moment, 'images'>;

interface StoredMoment extends MomentHead {
  format: typeof MOMENT_FORMAT;
  /** The id in the keys of the further parts. */
  id: string;
  first: Part;
}

type MomentEntry = [key: string, value: StoredMoment | Part];

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

const momentKey = (from: number): string => MOMENTS + digits(from, POSITION);

const partsOf = (from: number, id: string): string => `${PARTS}${digits(from, POSITION)}-${id}.`;

/** What to write for a moment. */
export function momentEntries({ images, ...head }: Moment): MomentEntry[] {
  const [first, ...others] = split(images.text) as [Part, ...Part[]];
  const id = newLogId();
  const parts = partsOf(head.from, id);
  return [
    [momentKey(head.from), { ...head, format: MOMENT_FORMAT, id, first }],
    ...others.map((part, index): MomentEntry => [parts + digits(index, PART), part]),
  ];
}

/** Reads the moments of a room. */
export class StoredMoments {
  readonly #storage: LogStorage;

  constructor(storage: RoomStorage) {
    this.#storage = new LogStorage(storage);
  }

  /**
   * The position in the log after the last moment; undefined if there is none. A moment that lacks a
   * part, because the room ended while it was written, counts as missing.
   */
  async end(): Promise<number | undefined> {
    const last = (await this.#storage.last<StoredMoment>(ALL))?.[1];
    if (!last) return undefined;
    return (await this.#textOf(last)) === undefined ? last.from : last.to;
  }

  /** All moments, oldest first. Those before a gap are left out: what came there is not known. */
  async heads(): Promise<MomentHead[]> {
    const heads: MomentHead[] = [];
    for await (const page of this.#storage.pages<StoredMoment>(ALL)) {
      for (const head of Array.from(page.values(), headOf)) {
        if (heads.at(-1)?.to !== head.from) heads.length = 0;
        heads.push(head);
      }
    }
    return heads;
  }

  /** A moment with its images; undefined if it is not there or lacks a part. */
  async read(from: number): Promise<Moment | undefined> {
    const stored = await this.#storage.get<StoredMoment>(momentKey(from));
    const text = stored && (await this.#textOf(stored));
    if (!stored || text === undefined) return undefined;
    return { ...headOf(stored), images: readImages(text) };
  }

  async #textOf({ from, id, first }: StoredMoment): Promise<string | undefined> {
    const assembler = new Assembler();
    let text = assembler.add('', first);
    if (text !== undefined) return text;
    const start = partsOf(from, id);
    const range = { start, end: `${start}~` };
    for await (const page of this.#storage.pages<Part>(range)) {
      for (const part of page.values()) text ??= assembler.add('', part);
    }
    return text;
  }
}

const headOf = ({ from, to, since, until, by }: StoredMoment): MomentHead => ({
  from,
  to,
  since,
  until,
  by,
});
