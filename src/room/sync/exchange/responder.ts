import type { Connection } from '../../../platform.ts';
import type { CloseName } from '../../../protocol/close-codes.ts';
import { type Envelope, MESSAGE } from '../../../protocol/frame.ts';
import type { Document } from '../../content/document.ts';
import { deviceOf } from '../../devices.ts';
import { outgoingMessage } from '../frames/outgoing-message.ts';
import { ANSWERS, CHANGES, type SendWindow } from '../frames/send-window.ts';
import { DiffResponses } from './diff-responses.ts';
import { WaitingRequests } from './waiting-requests.ts';

/**
 * Responses to one device that may be under way at once: a handshake asks before the first one
 * ends.
 */
const MAX_ANSWERS = 4;

/** The responses to a device that are under way. */
interface Work {
  rests: Iterator<string>[];
  isRunning: boolean;
}

interface Events {
  /** A device has read everything after the room skipped changes for it. */
  catchUp(connection: Connection): void;
  /** A device was sent all of its responses. */
  answered(connection: Connection): void;
}

/** The reason to close the socket that sent a message, or undefined. */
export type Handled = CloseName | undefined | Promise<CloseName | undefined>;

/** Answers requests, only as fast as their devices read. */
export class Responder {
  readonly #document: Document;
  readonly #window: SendWindow;
  readonly #answers: DiffResponses;
  readonly #waiting = new WaitingRequests();
  readonly #work = new Map<Connection, Work>();
  readonly #events: Events;

  constructor(document: Document, window: SendWindow, events: Events) {
    this.#document = document;
    this.#window = window;
    this.#answers = new DiffResponses(document.tree);
    this.#events = events;
  }

  /**
   * Whether the device has to read before it gets another response. Hashes are short and nearly
   * always sent.
   */
  isBusy(connection: Connection, message: number): boolean {
    if (message === MESSAGE.getContentHashes) return this.#window.isFull(connection, CHANGES);
    const answering = this.#work.get(connection)?.rests.length ?? 0;
    const isFull = this.#window.isFull(connection, ANSWERS);
    return isFull || answering >= MAX_ANSWERS || this.#waiting.has(connection);
  }

  /** Whether a response is not sent completely yet. */
  isAnswering(connection: Connection): boolean {
    const answering = this.#work.get(connection)?.rests.length ?? 0;
    return answering > 0 || this.#waiting.has(connection);
  }

  answer(connection: Connection, envelope: Envelope): Handled {
    if (!this.isBusy(connection, envelope.message)) return this.#answer(connection, envelope);
    this.#window.hold(connection);
    this.#window.closeIfDeaf(connection, Date.now());
    return this.#waiting.add(connection, envelope) ? undefined : 'tooMuchWaiting';
  }

  /** Continues with waiting responses after the device has read. */
  resume(connection: Connection): Handled {
    this.#waiting.restart(connection);
    return this.#goOn(connection);
  }

  /** Drops the responses to a closed connection. */
  forget(connection: Connection): void {
    this.#waiting.forget(connection);
    this.#work.delete(connection);
  }

  #answer(connection: Connection, { requestId, message, body }: Envelope): Handled {
    // Nobody may see a change that is not stored.
    this.#document.flush();
    const answer = this.#answers.answer(message, body);
    if (!answer) return 'invalidFrame';
    this.#window.send(connection, outgoingMessage(requestId, MESSAGE.response, answer.body));
    if (!answer.rest) return void this.#events.answered(connection);
    this.#workOf(connection).rests.push(answer.rest[Symbol.iterator]());
    return this.#goOn(connection);
  }

  /** Sends one piece in each turn: the device processes it while the next one is encoded. */
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
    if (isDone && this.#window.release(connection)) this.#events.catchUp(connection);
    else if (isDone) this.#events.answered(connection);
    return undefined;
  }

  #answerWaiting(connection: Connection, work: Work): CloseName | undefined {
    while (work.rests.length < MAX_ANSWERS && !this.#window.isFull(connection, ANSWERS)) {
      const envelope = this.#waiting.take(connection);
      if (!envelope) return undefined;
      // The running loop sends the rest, so there is no promise to wait for.
      const handled = this.#answer(connection, envelope);
      if (typeof handled === 'string') return handled;
    }
    return undefined;
  }

  /** Sends the next piece if the window allows it. Returns whether there was one. */
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

  /**
   * Waits for the next turn and stores what was merged meanwhile, because later pieces may show it.
   */
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
