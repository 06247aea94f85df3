import { utf8Length } from '../../protocol/utf8.ts';

/** One part of a record, as it is stored. */
export interface Part {
  /** UTF-8, or a string where all of the record is ASCII: engines store other strings as UTF-16. */
  text: string | Uint8Array;
  /** How many parts the record has. */
  of: number;
}

/** Bytes of one part; PartyKit's limit for a value is 128 KiB. */
const PART_BYTES = 112_000;

/**
 * What a part counts beside its text, in bytes: its key, its form and its row in SQLite take about
 * 60; the rest stands for the time that many small records take to load.
 */
const PART_COST = 160;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Divides a record into parts, each of which fits in one value of room storage. */
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

/** About how many bytes of storage a part takes. */
export const storedBytes = ({ text }: Part): number => text.length + PART_COST;

/** Puts parts together again; a record that lacks some is left out. */
export class Assembler {
  #parts: Part[] = [];
  #name = '';

  /** Takes the next part, of the record of this name. Gives the record if that completes it. */
  add(name: string, part: Part): string | undefined {
    if (name !== this.#name) this.#parts = [];
    this.#name = name;
    this.#parts.push(part);
    if (this.#parts.length < part.of) return undefined;
    const text = join(this.#parts);
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
