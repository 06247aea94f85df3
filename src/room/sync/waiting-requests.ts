import type { Connection } from '../../platform.ts';
import { type Envelope, readEnvelope } from '../../protocol/frame.ts';

/** Requests that a device may make while it reads nothing of what was sent. */
export const MAX_REQUESTS = 32;

/** Bytes of JSON, about, that wait in a room: two devices may have as much as a message may. */
const MAX_ROOM_LENGTH = 33_554_432;

interface Waiting {
  /** The JSON of the last request of each kind: objects would take up several times as much. */
  texts: Map<number, string>;
  /** Requests since something was read. */
  count: number;
}

/** Requests that wait until their device has read what was sent before. */
export class WaitingRequests {
  readonly #waiting = new Map<Connection, Waiting>();
  #length = 0;

  has(connection: Connection): boolean {
    return (this.#waiting.get(connection)?.texts.size ?? 0) > 0;
  }

  /**
   * Has a request wait in place of an earlier one of its kind, whose answer its device would not
   * wait for any more. False where too much waits.
   */
  add(connection: Connection, { message, json }: Envelope): boolean {
    const waiting = this.#waiting.get(connection) ?? { texts: new Map<number, string>(), count: 0 };
    this.#waiting.set(connection, waiting);
    waiting.count += 1;
    this.#length += json.length - (waiting.texts.get(message)?.length ?? 0);
    // The latest goes last.
    waiting.texts.delete(message);
    waiting.texts.set(message, json);
    return waiting.count <= MAX_REQUESTS && this.#length <= MAX_ROOM_LENGTH;
  }

  /** The next request, which waits no longer. */
  take(connection: Connection): Envelope | undefined {
    const texts = this.#waiting.get(connection)?.texts;
    for (const [message, json] of texts ?? []) {
      texts?.delete(message);
      this.#length -= json.length;
      return readEnvelope(json);
    }
    return undefined;
  }

  /** Something was read. */
  restart(connection: Connection): void {
    const waiting = this.#waiting.get(connection);
    if (waiting) waiting.count = waiting.texts.size;
  }

  forget(connection: Connection): void {
    while (this.take(connection));
    this.#waiting.delete(connection);
  }
}
