import type { Connection } from '../../../platform.ts';
import { closeWith, deviceOf } from '../../devices.ts';
import { type Arrival, FrameAssembler } from './frame-assembler.ts';

/**
 * Bytes of incomplete messages in a room: twice the limit of one device. They take up to twice as
 * much memory.
 */
export const MAX_ROOM_BYTES = 33_554_432;

/** Milliseconds that a message may wait for its next fragment. Slow networks need 30,000. */
export const MAX_PAUSE = 60_000;

/** Milliseconds between two checks for messages that wait too long. */
const INTERVAL = 5_000;

/**
 * Decodes the frames of all devices of a room and limits incomplete messages. They are in memory
 * only. An eviction needs ten seconds without a frame; after it the rest of a message never
 * completes, and the room closes the device.
 */
export class FrameAssemblers {
  /** Devices that an eviction has interrupted in a message. */
  readonly #interrupted = new WeakSet<Connection>();
  /** The assemblers with incomplete messages. */
  readonly #waiting = new Map<Connection, FrameAssembler>();
  #looked = 0;

  receive(connection: Connection, frame: string, now: number): Arrival {
    if (Math.abs(now - this.#looked) > INTERVAL) this.closeStale(now);
    const waiting = this.#waiting.get(connection);
    const assembler = waiting ?? new FrameAssembler();
    const arrival = assembler.receive(frame, now);
    if (assembler.isEmpty) this.#waiting.delete(connection);
    else this.#waiting.set(connection, assembler);
    if (!waiting !== assembler.isEmpty) this.#markPartial(connection, !assembler.isEmpty);
    const isTooMuch = 'waiting' in arrival && this.#isTooMuch();
    return isTooMuch ? { close: 'tooMuchWaiting' } : arrival;
  }

  /** Whether a message of a device is incomplete, perhaps because evictions have lost parts of it. */
  hasPartial(connection: Connection): boolean {
    return deviceOf(connection)?.partial === true;
  }

  #markPartial(connection: Connection, isPartial: boolean): void {
    const device = deviceOf(connection);
    if (device?.partial && isPartial) this.#interrupted.add(connection);
    if (!device || this.#interrupted.has(connection)) return;
    connection.setState({ ...device, partial: isPartial || undefined });
  }

  /** Drops the incomplete messages of a closed connection. */
  forget(connection: Connection): void {
    this.#waiting.delete(connection);
  }

  /**
   * Closes devices whose messages wait too long. There is no timer: frames and the alarm call it.
   */
  closeStale(now: number): void {
    this.#looked = now;
    this.#forgetClosed();
    for (const [connection, { since }] of [...this.#waiting]) {
      // After the clock was set back, nothing is late.
      if (now - since <= MAX_PAUSE) continue;
      this.forget(connection);
      closeWith(connection, 'tooMuchWaiting');
    }
  }

  /** Checks for closed connections only above the limit, because reading their state is slow. */
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
