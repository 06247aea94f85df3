import type { Connection } from '../../../platform.ts';
import { MESSAGE } from '../../../protocol/frame.ts';
import { closeWith, deviceOf } from '../../devices.ts';
import { type OutgoingMessage, outgoingMessage } from './outgoing-message.ts';

/** Bytes after which the room requests an acknowledgement. */
export const ASK_BYTES = 1_000_000;

/**
 * Limits of unread bytes for one device and for the room. Above the room's limit each device may
 * have {@link ASK_BYTES}.
 */
export interface Limit {
  device: number;
  room: number;
}

/** Above this limit responses wait. */
export const ANSWERS: Limit = { device: 4_000_000, room: 32_000_000 };

/**
 * Above this limit changes are not forwarded, and the device catches up later. A manual sync
 * forwards a full store in one turn, in which no acknowledgement can arrive, so a full store fits.
 */
export const CHANGES: Limit = { device: 48_000_000, room: 96_000_000 };

/** Milliseconds that a device may take to acknowledge a megabyte while something waits for it. */
export const PATIENCE = 300_000;

/** Milliseconds after which a request is repeated, in case the device could not respond before. */
const REMINDER = 1_000;

interface Flow {
  /** Bytes sent and acknowledged since the connection began, or since the room woke. */
  sent: number;
  read: number;
  /** Bytes sent before the last request for an acknowledgement. */
  asked: number;
  /** Requests without a response, oldest first, with the bytes sent before each. */
  questions: { id: string; upTo: number }[];
  /**
   * When the last acknowledgement came, or the first request was made, in milliseconds since the
   * epoch.
   */
  since: number;
  /** When the last request was made or repeated, in milliseconds since the epoch. */
  reminded: number;
  /** Whether the device missed changes and has to catch up. */
  lagging: boolean;
}

/**
 * Flow control: the bytes sent to devices and not yet read. No engine tells them. But a
 * synchronizing client responds to requests for its hashes in the order of all messages, so a
 * response acknowledges everything before its request. The ids of these requests are random, so
 * nobody can respond without reading.
 *
 * The last request is kept in the connection's state. After an eviction, a device that has not
 * responded to it counts as one that has read nothing.
 */
export class SendWindow {
  readonly #flows = new Map<Connection, Flow>();
  #unread = 0;

  send(connection: Connection, { frames, bytes }: OutgoingMessage): void {
    const flow = this.#flowOf(connection);
    deliver(connection, frames);
    flow.sent += bytes;
    this.#unread += bytes;
    if (flow.sent - flow.asked >= ASK_BYTES) this.#ask(connection, flow);
  }

  /** Whether a device, or its room, has reached a limit of unread bytes. */
  isFull(connection: Connection, limit: Limit): boolean {
    const { sent, read } = this.#flowOf(connection);
    const unread = sent - read;
    return unread >= limit.device || (this.#unread >= limit.room && unread >= ASK_BYTES);
  }

  /** Notes that something waits for a device, and repeats the last request. */
  hold(connection: Connection): void {
    const flow = this.#flowOf(connection);
    flow.lagging = true;
    const now = Date.now();
    const last = flow.questions.at(-1);
    if (!last || Math.abs(now - flow.reminded) < REMINDER) return;
    flow.reminded = now;
    deliver(connection, question(last.id).frames);
  }

  /** Whether a device has to catch up. Clears the note. */
  release(connection: Connection): boolean {
    const flow = this.#flowOf(connection);
    const { lagging } = flow;
    flow.lagging = false;
    return lagging;
  }

  /** Takes an acknowledgement; false if the response is to another request. */
  acknowledge(connection: Connection, requestId: string | null): boolean {
    const flow = this.#flowOf(connection);
    const index = flow.questions.findIndex(({ id }) => id === requestId);
    const answered = flow.questions[index];
    if (!answered) return false;
    this.#unread -= answered.upTo - flow.read;
    flow.read = answered.upTo;
    flow.questions.splice(0, index + 1);
    flow.since = Date.now();
    this.#remember(connection, flow);
    return true;
  }

  /** Closes a device that has not read for too long while something waits for it. */
  closeIfDeaf(connection: Connection, now: number): void {
    const { since, questions } = this.#flowOf(connection);
    if (questions.length === 0 || now - since <= PATIENCE) return;
    if (this.isFull(connection, ANSWERS)) closeWith(connection, 'tooMuchWaiting');
  }

  /** Releases the unread bytes of a closed connection. */
  forget(connection: Connection): void {
    const flow = this.#flows.get(connection);
    if (!flow) return;
    this.#unread -= flow.sent - flow.read;
    this.#flows.delete(connection);
  }

  #ask(connection: Connection, flow: Flow): void {
    const id = `read.${crypto.randomUUID()}`;
    if (flow.questions.length === 0) flow.since = Date.now();
    flow.questions.push({ id, upTo: flow.sent });
    flow.asked = flow.sent;
    flow.reminded = Date.now();
    this.#remember(connection, flow);
    deliver(connection, question(id).frames);
  }

  #remember(connection: Connection, { questions, since }: Flow): void {
    const device = deviceOf(connection);
    const last = questions.at(-1);
    if (device) connection.setState({ ...device, question: last && { id: last.id, since } });
  }

  #flowOf(connection: Connection): Flow {
    const known = this.#flows.get(connection);
    if (known) return known;
    const device = deviceOf(connection);
    const flow = device?.question ? unanswered(device.question) : fresh();
    // Nobody would forget a connection that is closed already.
    if (device) this.#flows.set(connection, flow);
    if (device) this.#unread += flow.sent;
    return flow;
  }
}

const fresh = (): Flow => ({
  sent: 0,
  read: 0,
  asked: 0,
  questions: [],
  since: 0,
  reminded: 0,
  lagging: false,
});

/** The flow of a device that had not responded to a request when the room was evicted. */
function unanswered({ id, since }: { id: string; since: number }): Flow {
  const sent = CHANGES.device;
  const questions = [{ id, upTo: sent }];
  return { ...fresh(), sent, asked: sent, questions, since, lagging: true };
}

const question = (id: string): OutgoingMessage =>
  outgoingMessage(id, MESSAGE.getContentHashes, '""');

function deliver(connection: Connection, frames: string[]): void {
  try {
    for (const frame of frames) connection.send(frame);
  } catch {
    // The socket has just closed. The device catches up when it reconnects.
  }
}
