import type { CloseName } from '../../../protocol/close-codes.ts';
import {
  type Envelope,
  MAX_FRAGMENTS,
  MAX_WAITING_BYTES,
  MAX_WAITING_MESSAGES,
  readEnvelope,
  readFragment,
  splitFrame,
} from '../../../protocol/frame.ts';
import { utf8Length } from '../../../protocol/utf8.ts';

/** The result of a frame: a message, nothing yet, or the reason to close the socket. */
export type Arrival = { message: Envelope } | { waiting: true } | { close: CloseName };

interface Waiting {
  texts: (string | undefined)[];
  missing: number;
  bytes: number;
  /** When the last fragment came, in milliseconds since the epoch. */
  at: number;
}

/** Bytes that an array element for a fragment takes. */
const PLACE_BYTES = 8;

const MULTIPLEX_FRAME = 'M';
const MULTIPLEX_MESSAGE = -1;

/** Decodes the frames of one device and reassembles fragments. */
export class FrameAssembler {
  readonly #waiting = new Map<string, Waiting>();
  #bytes = 0;

  receive(frame: string, now: number): Arrival {
    const parts = splitFrame(frame);
    if (!parts) return { close: 'invalidFrame' };
    if (parts.address === MULTIPLEX_FRAME) return { close: 'multiplexUnsupported' };
    return this.#read(parts.content) ?? this.#gather(parts.address, parts.content, now);
  }

  /** Whether no message waits for fragments. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Bytes of incomplete messages, including the array elements of missing fragments. */
  get size(): number {
    let places = 0;
    for (const { texts } of this.#waiting.values()) places += texts.length;
    return this.#bytes + places * PLACE_BYTES;
  }

  /**
   * The earliest time of a last fragment, in milliseconds since the epoch; Infinity if none waits.
   */
  get since(): number {
    return Math.min(...Array.from(this.#waiting.values(), ({ at }) => at));
  }

  #read(content: string): Arrival | undefined {
    if (!content.startsWith('[')) return undefined;
    const message = readEnvelope(content);
    if (!message) return { close: 'invalidFrame' };
    return message.message === MULTIPLEX_MESSAGE ? { close: 'multiplexUnsupported' } : { message };
  }

  #gather(address: string, content: string, now: number): Arrival {
    const fragment = readFragment(content);
    if (!fragment) return { close: 'invalidFrame' };
    const { index, total, text } = fragment;
    if (total > MAX_FRAGMENTS) return { close: 'tooManyFrames' };
    const id = `${address}\n${fragment.id}`;
    const waiting = this.#waiting.get(id) ?? {
      texts: new Array(total),
      missing: total,
      bytes: 0,
      at: now,
    };
    if (waiting.texts.length !== total || index >= total || waiting.texts[index] !== undefined) {
      return { close: 'invalidFrame' };
    }
    waiting.texts[index] = text;
    waiting.missing -= 1;
    waiting.at = now;
    this.#resize(waiting, utf8Length(text));
    if (waiting.missing > 0) return this.#wait(id, waiting);
    this.#waiting.delete(id);
    this.#resize(waiting, -waiting.bytes);
    return this.#read(waiting.texts.join('')) ?? { close: 'invalidFrame' };
  }

  #wait(id: string, waiting: Waiting): Arrival {
    this.#waiting.set(id, waiting);
    const tooMany = this.#waiting.size > MAX_WAITING_MESSAGES || this.#bytes > MAX_WAITING_BYTES;
    return tooMany ? { close: 'tooManyFrames' } : { waiting: true };
  }

  #resize(waiting: Waiting, bytes: number): void {
    waiting.bytes += bytes;
    this.#bytes += bytes;
  }
}
