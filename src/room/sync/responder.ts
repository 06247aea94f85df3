import type { Connection } from '../../platform.ts';
import type { CloseName } from '../../protocol/close.ts';
import { type Envelope, MESSAGE } from '../../protocol/frame.ts';
import { deviceOf } from '../devices.ts';
import type { Document } from '../document.ts';
import { DiffResponses } from './diff-responses.ts';
import { outgoingMessage } from './outgoing-message.ts';
import { ANSWERS, CHANGES, type SendWindow } from './send-window.ts';
import { WaitingRequests } from './waiting-requests.ts';

/** DiffResponses to one device that go on at once: a handshake asks while its first one still does. */
const MAX_ANSWERS = 4;

/** What a device is still to be answered. */
interface Work {
  rests: Iterator<string>[];
  isRunning: boolean;
}

/** Why to close the socket of a message, if so; sooner or later. */
export type Handled = CloseName | undefined | Promise<CloseName | undefined>;

/** DiffResponses requests, as fast as their devices read. */
export class Responder {
  readonly #document: Document;
  readonly #window: SendWindow;
  readonly #answers: DiffResponses;
  readonly #waiting = new WaitingRequests();
  readonly #work = new Map<Connection, Work>();
  readonly #catchUp: (connection: Connection) => void;

  /** `catchUp` is called for a device that has read everything after something was kept from it. */
  constructor(document: Document, window: SendWindow, catchUp: (connection: Connection) => void) {
    this.#document = document;
    this.#window = window;
    this.#answers = new DiffResponses(document.tree);
    this.#catchUp = catchUp;
  }

  /** Whether the device has to read first. Hashes are short. */
  isBusy(connection: Connection, message: number): boolean {
    if (message === MESSAGE.getContentHashes) return this.#window.isFull(connection, CHANGES);
    const answering = this.#work.get(connection)?.rests.length ?? 0;
    const isFull = this.#window.isFull(connection, ANSWERS);
    return isFull || answering >= MAX_ANSWERS || this.#waiting.has(connection);
  }

  answer(connection: Connection, envelope: Envelope): Handled {
    if (!this.isBusy(connection, envelope.message)) return this.#answer(connection, envelope);
    this.#window.hold(connection);
    this.#window.closeIfDeaf(connection, Date.now());
    return this.#waiting.add(connection, envelope) ? undefined : 'tooMuchWaiting';
  }

  /** The device has read something: goes on with what waits for that. */
  resume(connection: Connection): Handled {
    this.#waiting.restart(connection);
    return this.#goOn(connection);
  }

  /** What was still to be said to a connection that is closed is forgotten. */
  forget(connection: Connection): void {
    this.#waiting.forget(connection);
    this.#work.delete(connection);
  }

  #answer(connection: Connection, { requestId, message, body }: Envelope): Handled {
    // Nobody may see what is not stored yet.
    this.#document.flush();
    const answer = this.#answers.answer(message, body);
    if (!answer) return 'invalidFrame';
    this.#window.send(connection, outgoingMessage(requestId, MESSAGE.response, answer.body));
    if (!answer.rest) return undefined;
    this.#workOf(connection).rests.push(answer.rest[Symbol.iterator]());
    return this.#goOn(connection);
  }

  /** A turn for each piece: one is on its way and taken in while the next is written. */
  async #goOn(connection: Connection): Promise<CloseName | undefined> {
    const work = this.#workOf(connection);
    if (work.isRunning) return undefined;
    work.isRunning = true;
    try {
      do {
        await this.#nextTurn();
        if (!deviceOf(connection)) return void this.forget(connection);
        const refusal = this.#answerWaiting(connection, work);
        if (refusal) return refusal;
      } while (this.#sendPiece(connection, work));
    } finally {
      work.isRunning = false;
    }
    const isDone = work.rests.length === 0 && !this.#window.isFull(connection, ANSWERS);
    if (isDone && this.#window.release(connection)) this.#catchUp(connection);
    return undefined;
  }

  #answerWaiting(connection: Connection, work: Work): CloseName | undefined {
    while (work.rests.length < MAX_ANSWERS && !this.#window.isFull(connection, ANSWERS)) {
      const envelope = this.#waiting.take(connection);
      if (!envelope) return undefined;
      // It goes on with what it runs already, so there is nothing to wait for.
      const handled = this.#answer(connection, envelope);
      if (typeof handled === 'string') return handled;
    }
    return undefined;
  }

  /** Whether there was something to send, and it may be. */
  #sendPiece(connection: Connection, { rests }: Work): boolean {
    while (rests[0] && !this.#window.isFull(connection, ANSWERS)) {
      const { value, done } = rests[0].next();
      if (!done) {
        this.#window.send(connection, outgoingMessage(null, MESSAGE.contentDiff, value));
        return true;
      }
      rests.shift();
      if (this.#waiting.has(connection)) return true;
    }
    return false;
  }

  /** Waits; what was merged meanwhile is stored, so that pieces written from now on may show it. */
  async #nextTurn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    this.#document.flush();
  }

  #workOf(connection: Connection): Work {
    const work = this.#work.get(connection) ?? { rests: [], isRunning: false };
    this.#work.set(connection, work);
    return work;
  }
}
