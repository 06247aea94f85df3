import { getHlcFunctions } from 'tinybase/common';
import { textFrame } from './raw-socket.ts';

/**
 * Each edit sets one cell and is sent in one frame, as a TinyBase client sends it. The cell's text
 * is a marker and a sequence number. Consecutive edits set different cells, so that no server can
 * skip one, and a receiver of edit n has received every edit up to n.
 */

/** More cells than edits can be in flight. */
const CELLS = 2_000;
const MARKER = '"#';
const DIGITS = 9;
const HLC_ALPHABET = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/** Encodes edits from a template. It allocates one buffer per batch and no object per edit. */
export class EditWriter {
  readonly #template: Buffer;
  readonly #row: number;
  readonly #number: number;
  readonly #counter: number;
  lastSequence = 0;

  constructor() {
    const [, , encodeHlc] = getHlcFunctions('bench-sender');
    const hlc = encodeHlc(Date.now(), 0);
    const text = `\n[null,3,[[{"notes":[{"r00000":[{"text":["#000000000","${hlc}"]}]}]}],[{}],1]]`;
    this.#template = textFrame(text);
    this.#row = this.#template.indexOf('"r00000') + 2;
    this.#number = this.#template.indexOf(MARKER) + MARKER.length;
    // An HLC has 7 characters of time, then 4 of the counter, then 5 of the client.
    this.#counter = this.#template.indexOf(hlc) + 7;
  }

  /** Encodes the next `count` edits as WebSocket frames. */
  next(count: number): Buffer {
    const size = this.#template.length;
    const frames = Buffer.allocUnsafe(count * size);
    for (let index = 0; index < count; index++) {
      const start = index * size;
      this.lastSequence += 1;
      this.#template.copy(frames, start);
      writeDigits(frames, start + this.#row, 5, this.lastSequence % CELLS);
      writeDigits(frames, start + this.#number, DIGITS, this.lastSequence);
      writeCounter(frames, start + this.#counter, this.lastSequence);
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

/** Finds the last sequence number in a byte stream. A chunk may end within an edit. */
export class EditReader {
  #tail = Buffer.alloc(0);
  lastSequence = 0;

  read(bytes: Buffer): void {
    const end = findLast(bytes) ?? findLast(Buffer.concat([this.#tail, bytes.subarray(0, 64)]));
    if (end !== undefined && end > this.lastSequence) this.lastSequence = end;
    this.#tail = Buffer.from(bytes.subarray(-32));
  }
}

function findLast(bytes: Buffer): number | undefined {
  for (let from = bytes.length; ; ) {
    const mark = bytes.lastIndexOf(MARKER, from);
    if (mark < 0) return undefined;
    const digits = bytes.toString('latin1', mark + MARKER.length, mark + MARKER.length + DIGITS);
    if (digits.length === DIGITS) return Number(digits);
    from = mark - 1;
    if (from < 0) return undefined;
  }
}

/** Counts the `#` of markers, which a chunk boundary cannot split. */
export function countMarkers(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(35); at >= 0; at = bytes.indexOf(35, at + 1)) count += 1;
  return count;
}
