import type { Connection } from '../../platform.ts';
import { closeWith, deviceOf } from '../devices.ts';
import { type Arrival, FrameAssembler } from './frame-assembler.ts';

/**
 * Bytes of unfinished messages in a room: two devices may have as much as each of them may. In
 * memory they take up to twice as much.
 */
export const MAX_ROOM_BYTES = 33_554_432;

/** Milliseconds in which the next fragment of a message has to come: slow networks need 30,000. */
export const MAX_PAUSE = 60_000;

/** Milliseconds between two looks at what has waited too long. */
const INTERVAL = 5_000;

/**
 * Reads the frames of all devices of a room, and bounds what waits for the rest of its fragments.
 * Only memory keeps that: after an eviction, which no room suffers that gets a frame every few
 * seconds, the rest of a message waits in vain, and its device is closed for it.
 */
export class FrameAssemblers {
  /** Those in which something waits. */
  readonly #waiting = new Map<Connection, FrameAssembler>();
  #looked = 0;

  receive(connection: Connection, frame: string, now: number): Arrival {
    if (Math.abs(now - this.#looked) > INTERVAL) this.closeStale(now);
    const assembler = this.#waiting.get(connection) ?? new FrameAssembler();
    const arrival = assembler.receive(frame, now);
    if (assembler.isEmpty) this.#waiting.delete(connection);
    else this.#waiting.set(connection, assembler);
    const isTooMuch = 'waiting' in arrival && this.#isTooMuch();
    return isTooMuch ? { close: 'tooMuchWaiting' } : arrival;
  }

  /** What was sent through a connection that is closed leads to nothing any more. */
  forget(connection: Connection): void {
    this.#waiting.delete(connection);
  }

  /** Closes devices that have left a message unfinished; no timer waits for them. */
  closeStale(now: number): void {
    this.#looked = now;
    this.#forgetClosed();
    for (const [connection, { since }] of [...this.#waiting]) {
      // A clock that was set back makes nothing late.
      if (now - since <= MAX_PAUSE) continue;
      this.forget(connection);
      closeWith(connection, 'tooMuchWaiting');
    }
  }

  /** Looks for closed ones only where that makes a difference: states are slow to read. */
  #isTooMuch(): boolean {
    if (this.#size <= MAX_ROOM_BYTES) return false;
    this.#forgetClosed();
    return this.#size > MAX_ROOM_BYTES;
  }

  #forgetClosed(): void {
    for (const connection of this.#waiting.keys()) {
      if (!deviceOf(connection)) this.forget(connection);
    }
  }

  get #size(): number {
    let size = 0;
    for (const assembler of this.#waiting.values()) size += assembler.size;
    return size;
  }
}
