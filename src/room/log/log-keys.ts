/**
 * The keys of the log in room storage:
 *
 *     log-head                              the head
 *     log-snapshot:<first>-<number>.<part>  a part of record <number> of a snapshot
 *     log:<position>.<part>                 a part of any other record
 *
 * A snapshot covers all records before the position <first>. Keys sort in this order, and those of one
 * kind in the order of their numbers. No other data of the room sorts between them.
 */

export const HEAD_KEY = 'log-head';

const SNAPSHOTS = 'log-snapshot:';
const RECORDS = 'log:';
const END = 'log;';

/** Numbers of digits. 10,000 parts of 112 kB are more than any message that an engine accepts. */
const POSITION = 15;
const NUMBER = 6;
const PART = 4;

const KEY = /^((?:log|log-snapshot):(\d{15})(?:-(\d{6}))?)\.\d{4}$/;

/** The keys from `start` (inclusive) to `end` (exclusive). */
export interface KeyRange {
  start: string;
  end: string;
}

/** The record that a key belongs to. */
export interface RecordKey {
  /** The key without the part. */
  name: string;
  /**
   * The record's position in bytes. For a record of a snapshot, that of the first record that the
   * snapshot does not cover.
   */
  position: number;
  /** The position in the snapshot; undefined for a record that is not part of a snapshot. */
  number: number | undefined;
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

export const recordName = (position: number): string => RECORDS + digits(position, POSITION);

const snapshotOf = (first: number): string => SNAPSHOTS + digits(first, POSITION);

export const snapshotName = (first: number, number: number): string =>
  `${snapshotOf(first)}-${digits(number, NUMBER)}`;

export const partKey = (name: string, part: number): string => `${name}.${digits(part, PART)}`;

/** Parses a key. Throws if the log did not write it, because nothing else may use these keys. */
export function readKey(key: string): RecordKey {
  const [, name, position, number] = KEY.exec(key) ?? [];
  if (!name) throw new Error('a key of the log cannot be read');
  return {
    name,
    position: Number(position),
    number: number === undefined ? undefined : Number(number),
  };
}

/** The keys of the snapshot of the records before `first`. */
export const snapshotKeys = (first: number): KeyRange => ({
  start: `${snapshotOf(first)}-`,
  end: `${snapshotOf(first)}.`,
});

/** The keys of the records from `first` to `end` (exclusive), or to the end of the log. */
export const recordKeys = (first: number, end?: number): KeyRange => ({
  start: recordName(first),
  end: end === undefined ? END : recordName(end),
});

/**
 * The keys of everything else, apart from the head, if the snapshot of `first` and the records from
 * `kept` on are valid: older snapshots, and later snapshots with older records.
 */
export const invalidKeys = (first: number, kept: number): KeyRange[] => [
  { start: SNAPSHOTS, end: snapshotKeys(first).start },
  { start: snapshotKeys(first).end, end: recordName(kept) },
];
