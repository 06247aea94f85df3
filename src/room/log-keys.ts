/**
 * Where the log is in room storage. Keys are ordered as what they hold was written, except that a
 * snapshot stands right before the first text that it does not cover:
 *
 *     log-head                    the head
 *     log:<first>-<number>.<part> one part of one text of the snapshot of all before text <first>
 *     log:<sequence>.<part>       one part of one text
 */

export const HEAD_KEY = 'log-head';

const PREFIX = 'log:';
const END = 'log;';

/** Digits; with 9,999 parts of 112 kB a text is longer than any that an engine lets in. */
const SEQUENCE = 12;
const NUMBER = 6;
const PART = 4;

const KEY = /^(log:(\d{12})(?:-(\d{6}))?)\.\d{4}$/;

/** Keys from `start` on, up to but without `end`. */
export interface KeyRange {
  start: string;
  end: string;
}

/** What a key is of. */
export interface TextKey {
  /** What all parts of the text have in common. */
  name: string;
  /** Of the text; where it is of a snapshot, of the first text that the snapshot does not cover. */
  sequence: number;
  /** Which text of a snapshot it is; undefined if it is of none. */
  number: number | undefined;
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

export const textName = (sequence: number): string => PREFIX + digits(sequence, SEQUENCE);

export const snapshotName = (first: number, number: number): string =>
  `${textName(first)}-${digits(number, NUMBER)}`;

export const partKey = (name: string, part: number): string => `${name}.${digits(part, PART)}`;

/** The keys of a text that has so many parts. */
export const partKeys = (name: string, parts: number): string[] =>
  Array.from({ length: parts }, (_, part) => partKey(name, part));

/** Throws for a key that is none of the log's: nothing else may be stored there. */
export function readKey(key: string): TextKey {
  const [, name, sequence, number] = KEY.exec(key) ?? [];
  if (!name) throw new Error('a key of the log cannot be read');
  return {
    name,
    sequence: Number(sequence),
    number: number === undefined ? undefined : Number(number),
  };
}

/** Everything that a snapshot of all before text `first` makes superfluous. */
export const keysBefore = (first: number): KeyRange => ({ start: PREFIX, end: textName(first) });

/** That snapshot, and all texts that it does not cover. */
export const keysFrom = (first: number): KeyRange => ({ start: textName(first), end: END });

/** That snapshot alone. */
export const snapshotKeys = (first: number): KeyRange => ({
  start: `${textName(first)}-`,
  end: `${textName(first)}.`,
});
