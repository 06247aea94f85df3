import { hashBytes, hashText } from '../../document/hashes.ts';
import { utf8Length } from '../../protocol/utf8.ts';
import { partKey } from './log-keys.ts';

/**
 * Where a record comes from. Only its first part has this, none of a snapshot, and none that an
 * earlier version wrote.
 */
export interface Origin {
  /** When the record came to the server, in milliseconds since the epoch. */
  at?: number;
  /** Its authors (see history/authors.ts), if there are any. */
  by?: string[];
}

/** One part of a record as storage holds it. */
export interface Part extends Origin {
  /**
   * A string if the whole record is ASCII, otherwise UTF-8: engines store all other strings as
   * UTF-16.
   */
  text: string | Uint8Array;
  /** The number of parts of the record. */
  of: number;
}

/** A part with its key. */
export type PartEntry = [key: string, part: Part];

/** Size of a full part in bytes. PartyKit limits a value to 128 KiB. */
const PART_BYTES = 112_000;

/**
 * Bytes that a part counts in addition to its text. Its key, its encoding and its row in SQLite take
 * about 60 of them. The rest accounts for the time that many small records take to load.
 */
const PART_COST = 160;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Splits a record into parts that each fit into one value of room storage. */
export function split(text: string): Part[] {
  const bytes = utf8Length(text);
  const whole = bytes === text.length ? text : encoder.encode(text);
  if (bytes <= PART_BYTES) return [{ text: whole, of: 1 }];
  const of = Math.ceil(bytes / PART_BYTES);
  return Array.from({ length: of }, (_, part) => ({
    text: whole.slice(part * PART_BYTES, (part + 1) * PART_BYTES),
    of,
  }));
}

/**
 * Adds the parts of the record `name` to what is written. Returns their bytes in storage, without
 * its origin: the positions of records must not depend on it.
 */
export function addParts(
  entries: PartEntry[],
  name: string,
  record: string,
  origin?: Origin,
): number {
  let bytes = 0;
  for (const [index, part] of split(record).entries()) {
    entries.push([partKey(name, index), index === 0 ? { ...part, ...origin } : part]);
    bytes += storedBytes(part);
  }
  return bytes;
}

/** The approximate size of a part in storage, in bytes. */
export const storedBytes = ({ text }: Part): number => text.length + PART_COST;

/** Stands for the hash of the record before the first one. */
export const NO_RECORD = '00000000';

/** The hash of a record by its last part. Its stamps make every record different. */
export function hashOf({ text }: Part): string {
  const hash = typeof text === 'string' ? hashText(text) : hashBytes(text);
  return hash.toString(16).padStart(8, '0');
}

/** Joins parts into records. Leaves out a record that lacks a part. */
export class Assembler {
  #parts: Part[] = [];
  #name = '';
  /** The bytes in storage of the last record, and where it comes from. */
  bytes = 0;
  origin: Origin = {};

  /** Adds the next part of the record `name`. Returns the record if this part completes it. */
  add(name: string, part: Part): string | undefined {
    if (name !== this.#name) this.#parts = [];
    this.#name = name;
    this.#parts.push(part);
    if (this.#parts.length < part.of) return undefined;
    const text = join(this.#parts);
    this.bytes = this.#parts.reduce((sum, read) => sum + storedBytes(read), 0);
    this.origin = this.#parts[0]!;
    this.#parts = [];
    return text;
  }
}

function join(parts: Part[]): string {
  const texts = parts.map(({ text }) => text);
  if (texts.every((text) => typeof text === 'string')) return texts.join('');
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + text.length, 0));
  let start = 0;
  for (const text of texts as Uint8Array[]) {
    bytes.set(text, start);
    start += text.length;
  }
  return decoder.decode(bytes);
}
