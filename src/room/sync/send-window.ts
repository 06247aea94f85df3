import type { Connection } from '../../platform.ts';
import { MESSAGE } from '../../protocol/frame.ts';
import { closeWith, deviceOf } from '../devices.ts';
import { type OutgoingMessage, outgoingMessage } from './outgoing-message.ts';

/** Bytes after which a device is asked whether it has read them; less costs no frame. */
export const ASK_BYTES = 1_000_000;

/**
 * Unread bytes of a device and of all devices of its room. From the second on, each device may have
 * {@link ASK_BYTES} only.
 */
export interface Limit {
  device: number;
  room: number;
}

/** From here on no answer is begun or continued for a device. */
export const ANSWERS: Limit = { device: 4_000_000, room: 32_000_000 };

/**
 * From here on no change is forwarded to a device; it catches up later. A full store that comes by
 * manual sync is forwarded in one turn, in which nobody can tell that it reads, so that fits.
 */
export const CHANGES: Limit = { device: 48_000_000, room: 96_000_000 };

/** Milliseconds that a device may take to read a megabyte, once something waits for it. */
export const PATIENCE = 300_000;

/** Milliseconds after which a question is asked again, in case a device could not answer before. */
const REMINDER = 1_000;

interface Flow {
  /** Bytes since the connection began, or the room woke: sent, and known to be read. */
  sent: number;
  read: number;
  /** How much was sent before the last question. */
  asked: number;
  /** Questions that are not answered yet, oldest first, and how much was sent before each. */
  questions: { id: string; upTo: number }[];
  /** When something was read last, or asked first, in milliseconds since the epoch. */
  since: number;
  /** When it was asked again last, likewise. */
  reminded: number;
  /** Whether something was kept from it that it has to catch up on. */
  lagging: boolean;
}

/**
 * What was sent to devices and is not read yet. No engine tells how much that is. But every client
 * that synchronizes answers requests for its hashes in the order of all messages; so an answer
 * tells that what came before was read. Ids are random, so that nobody answers without reading.
 *
 * The last question is kept in the connection's state. When the room wakes after an eviction, a
 * device that has not answered it counts as one that has read nothing.
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

  /** Whether a device has so much to read first. */
  isFull(connection: Connection, limit: Limit): boolean {
    const { sent, read } = this.#flowOf(connection);
    const unread = sent - read;
    return unread >= limit.device || (this.#unread >= limit.room && unread >= ASK_BYTES);
  }

  /** Notes that something is kept from a device, and asks it again. */
  hold(connection: Connection): void {
    const flow = this.#flowOf(connection);
    flow.lagging = true;
    const now = Date.now();
    const last = flow.questions.at(-1);
    if (!last || Math.abs(now - flow.reminded) < REMINDER) return;
    flow.reminded = now;
    deliver(connection, question(last.id).frames);
  }

  /** Whether something was kept from a device; it has to be told now. */
  release(connection: Connection): boolean {
    const flow = this.#flowOf(connection);
    const { lagging } = flow;
    flow.lagging = false;
    return lagging;
  }

  /** Takes the answer to a question; false where it is to something else. */
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

  /** Closes a device for which something waits that it does not come to. */
  closeIfDeaf(connection: Connection, now: number): void {
    const { since, questions } = this.#flowOf(connection);
    if (questions.length === 0 || now - since <= PATIENCE) return;
    if (this.isFull(connection, ANSWERS)) closeWith(connection, 'tooMuchWaiting');
  }

  /** A connection that is closed has nothing unread any more. */
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
    // What is closed already would never be forgotten.
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

/** That of a device which had not answered this question when the room left memory. */
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
    // It closed in this very moment; what it missed it gets when it is back.
  }
}
