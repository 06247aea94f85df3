import type { Connection } from '../../../platform.ts';
import { type Envelope, readEnvelope } from '../../../protocol/frame.ts';

/** Requests that a device may make while it does not read. */
export const MAX_REQUESTS = 32;

/** Characters of requests that may wait in a room: two messages of the largest size. */
const MAX_ROOM_LENGTH = 33_554_432;

interface Waiting {
  /** The JSON of the last request of each kind. Objects would take several times as much memory. */
  texts: Map<number, string>;
  /** Requests since the device last read. */
  count: number;
}

/** Requests that wait until their device has read. */
export class WaitingRequests {
  readonly #waiting = new Map<Connection, Waiting>();
  #length = 0;

  has(connection: Connection): boolean {
    return (this.#waiting.get(connection)?.texts.size ?? 0) > 0;
  }

  /**
   * Adds a request. It replaces an earlier one of its kind, on which the device has given up. False
   * if too much waits.
   */
  add(connection: Connection, { message, json }: Envelope): boolean {
    const waiting = this.#waiting.get(connection) ?? { texts: new Map<number, string>(), count: 0 };
    this.#waiting.set(connection, waiting);
    waiting.count += 1;
    this.#length += json.length - (waiting.texts.get(message)?.length ?? 0);
    // The latest request goes last.
    waiting.texts.delete(message);
    waiting.texts.set(message, json);
    return waiting.count <= MAX_REQUESTS && this.#length <= MAX_ROOM_LENGTH;
  }

  /** Removes and returns the next request. */
  take(connection: Connection): Envelope | undefined {
    const texts = this.#waiting.get(connection)?.texts;
    for (const [message, json] of texts ?? []) {
      texts?.delete(message);
      this.#length -= json.length;
      return readEnvelope(json);
    }
    return undefined;
  }

  /** Notes that the device has read. */
  restart(connection: Connection): void {
    const waiting = this.#waiting.get(connection);
    if (waiting) waiting.count = waiting.texts.size;
  }

  forget(connection: Connection): void {
    while (this.take(connection));
    this.#waiting.delete(connection);
  }
}
