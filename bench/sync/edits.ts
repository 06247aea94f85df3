import { getHlcFunctions } from 'tinybase/common';
import { textFrame } from './raw-socket.ts';

/**
 * Edits as a TinyBase client sends them, one cell each, one frame each. Every edit carries a
 * sequence number behind a mark; consecutive edits go to different cells, so that no server can
 * save work by leaving one out, and a receiver that has seen number n has been sent all up to n.
 */

/** Cells that are written in turn; more than are ever on their way at once. */
const CELLS = 2_000;
const MARK = '"#';
const DIGITS = 9;
const HLC_ALPHABET = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/** Writes edits into buffers, from a template, without making a single object for each. */
export class EditWriter {
  readonly #template: Buffer;
  readonly #row: number;
  readonly #number: number;
  readonly #counter: number;
  /** Number of the last edit that was written. */
  last = 0;

  constructor() {
    const [, , encodeHlc] = getHlcFunctions('bench-sender');
    const hlc = encodeHlc(Date.now(), 0);
    const text = `\n[null,3,[[{"notes":[{"r00000":[{"text":["#000000000","${hlc}"]}]}]}],[{}],1]]`;
    this.#template = textFrame(text);
    this.#row = this.#template.indexOf('"r00000') + 2;
    this.#number = this.#template.indexOf(MARK) + MARK.length;
    // An HLC is 7 characters of time, 4 of a counter, 5 of the client.
    this.#counter = this.#template.indexOf(hlc) + 7;
  }

  /** The frames of the next `count` edits. */
  next(count: number): Buffer {
    const size = this.#template.length;
    const frames = Buffer.allocUnsafe(count * size);
    for (let index = 0; index < count; index++) {
      const start = index * size;
      this.last += 1;
      this.#template.copy(frames, start);
      writeDigits(frames, start + this.#row, 5, this.last % CELLS);
      writeDigits(frames, start + this.#number, DIGITS, this.last);
      writeCounter(frames, start + this.#counter, this.last);
    }
    return frames;
  }
}

function writeDigits(buffer: Buffer, start: number, digits: number, value: number): void {
  let rest = value;
  for (let at = start + digits - 1; at >= start; at--) {
    buffer[at] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

function writeCounter(buffer: Buffer, start: number, value: number): void {
  for (let index = 0; index < 4; index++) {
    buffer[start + index] = HLC_ALPHABET.charCodeAt((value >> (18 - 6 * index)) & 63);
  }
}

/** Finds the number of the last edit in what arrives in pieces. */
export class EditReader {
  #tail = Buffer.alloc(0);
  /** Number of the last edit that has arrived. */
  last = 0;

  read(bytes: Buffer): void {
    const end = findLast(bytes) ?? findLast(Buffer.concat([this.#tail, bytes.subarray(0, 64)]));
    if (end !== undefined && end > this.last) this.last = end;
    this.#tail = Buffer.from(bytes.subarray(-32));
  }
}

function findLast(bytes: Buffer): number | undefined {
  for (let from = bytes.length; ; ) {
    const mark = bytes.lastIndexOf(MARK, from);
    if (mark < 0) return undefined;
    const digits = bytes.toString('latin1', mark + MARK.length, mark + MARK.length + DIGITS);
    if (digits.length === DIGITS) return Number(digits);
    from = mark - 1;
    if (from < 0) return undefined;
  }
}

/** How many marks there are in what arrives in pieces. */
export function countMarks(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(35); at >= 0; at = bytes.indexOf(35, at + 1)) count += 1;
  return count;
}
