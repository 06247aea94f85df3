/**
 * The keys of the log in room storage. Keys are in the order of its records, and a snapshot stands
 * right before the first record that it does not cover:
 *
 *     log-head                     the head
 *     log:<first>-<number>.<part>  a part of a record of the snapshot of all before record <first>
 *     log:<sequence>.<part>        a part of a record
 */

export const HEAD_KEY = 'log-head';

const PREFIX = 'log:';
const END = 'log;';

/** Digits; with 10,000 parts of 112 kB a record is longer than any that an engine lets in. */
const SEQUENCE = 12;
const NUMBER = 6;
const PART = 4;

const KEY = /^(log:(\d{12})(?:-(\d{6}))?)\.\d{4}$/;

/** Keys from `start` on, up to but without `end`. */
export interface KeyRange {
  start: string;
  end: string;
}

/** The record that a key belongs to. */
export interface RecordKey {
  /** The key without the part. */
  name: string;
  /** Of the record; in a snapshot, of the first record that the snapshot does not cover. */
  sequence: number;
  /** Position in a snapshot; undefined for a record outside of snapshots. */
  number: number | undefined;
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

export const recordName = (sequence: number): string => PREFIX + digits(sequence, SEQUENCE);

export const snapshotName = (first: number, number: number): string =>
  `${recordName(first)}-${digits(number, NUMBER)}`;

export const partKey = (name: string, part: number): string => `${name}.${digits(part, PART)}`;

/** The keys of a record that has so many parts. */
export const partKeys = (name: string, parts: number): string[] =>
  Array.from({ length: parts }, (_, part) => partKey(name, part));

/** Throws for a key that is none of the log's: nothing else may be stored there. */
export function readKey(key: string): RecordKey {
  const [, name, sequence, number] = KEY.exec(key) ?? [];
  if (!name) throw new Error('a key of the log cannot be read');
  return {
    name,
    sequence: Number(sequence),
    number: number === undefined ? undefined : Number(number),
  };
}

/** Everything that a snapshot of all before record `first` supersedes. */
export const keysBefore = (first: number): KeyRange => ({ start: PREFIX, end: recordName(first) });

/** That snapshot, and all records that it does not cover. */
export const keysFrom = (first: number): KeyRange => ({ start: recordName(first), end: END });

/** That snapshot alone. */
export const snapshotKeys = (first: number): KeyRange => ({
  start: `${recordName(first)}-`,
  end: `${recordName(first)}.`,
});
