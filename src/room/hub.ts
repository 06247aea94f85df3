import type { Config, Connection } from '../platform.ts';
import type { CloseName } from '../protocol/close.ts';
import {
  changeTextOf,
  type Envelope,
  fragments,
  MESSAGE,
  type Message,
  writeFrame,
} from '../protocol/frame.ts';
import { NOTICE_ID, type StampPath, writeNotice } from '../protocol/notice.ts';
import { Answers } from './answers.ts';
import { clockAllowance } from './clock.ts';
import type { Devices } from './devices.ts';
import { isContentHashes } from './diffs.ts';
import { type Edit, readChanges } from './edits.ts';
import { isHeartbeat } from './heartbeat.ts';
import { type HeldRequest, HeldRequests } from './held-requests.ts';
import { catchUp, HASHES_REQUEST, type Request, readPulled, VERIFY_REQUEST } from './pull.ts';
import { readRevealed } from './reveal.ts';
import { pathOf, screen } from './screen.ts';
import { type Truth, type Written, writeChanges } from './truth.ts';

/** Stamps that a notice names one by one. */
const MAX_NOTICED = 1000;

/** Milliseconds in which a device is sure to wait still: TinyBase's clients do for a second. */
const PATIENCE = 500;

/** Milliseconds that a device which was greeted has to ask by itself. */
const GRACE = 20;

/** Why to close the socket of a message, if so; sooner or later. */
export type Handled = CloseName | undefined | Promise<CloseName | undefined>;

/**
 * Stands between the devices and the truth: answers every request itself, takes in what devices
 * write, and forwards what was taken in to the others. No device ever hears another one's request.
 */
export class Hub {
  readonly #truth: Truth;
  readonly #devices: Devices;
  readonly #config: Config;
  readonly #answers: Answers;
  readonly #held = new HeldRequests();
  /** Devices that lack something, and will be told unless they ask of their own accord first. */
  readonly #behind = new WeakSet<Connection>();

  constructor(truth: Truth, devices: Devices, config: Config) {
    this.#truth = truth;
    this.#devices = devices;
    this.#config = config;
    this.#answers = new Answers(truth.tree);
  }

  /** A device is here; if it is synchronizing already, both sides catch up. */
  greet(connection: Connection): void {
    this.#ask(connection, [HASHES_REQUEST]);
  }

  /**
   * Asks devices for their state that were sent changes lately. A TinyBase client that is written
   * to while it takes in a change does not send what was written; this finds it.
   */
  verify(): void {
    this.probe(this.#devices.takeUnsure());
  }

  /** Asks devices for their state, which every client that synchronizes tells. */
  probe(connections: Connection[]): void {
    for (const connection of connections) this.#ask(connection, [VERIFY_REQUEST]);
  }

  /** Handles one message. What it merges is flushed by the caller. */
  receive(connection: Connection, envelope: Envelope): Handled {
    const { requestId, message, body } = envelope;
    if (message === MESSAGE.getContentHashes) this.#behind.delete(connection);
    switch (message) {
      case MESSAGE.contentDiff:
        return this.#takeChanges(connection, envelope);
      case MESSAGE.response:
        return this.#takeResponse(connection, requestId, body);
      case MESSAGE.contentHashes:
        if (!isContentHashes(body)) return 'invalidFrame';
        this.#ask(connection, catchUp(this.#truth.tree, body));
        return undefined;
      default:
        return this.#hold(connection, envelope);
    }
  }

  /** Asks first for what a request reveals that the device has and the room lacks, then answers. */
  #hold(connection: Connection, envelope: Envelope): Handled {
    this.#devices.markUnsure(connection);
    const first = this.#held.hold(connection, this.#truth.tree, envelope, Date.now());
    if (!first) return this.#answer(connection, envelope);
    this.#ask(connection, [first]);
    return undefined;
  }

  async #takeRevealed(
    connection: Connection,
    { envelope, first, since }: HeldRequest,
    body: unknown,
  ): Promise<CloseName | undefined> {
    // A full store refuses later, when the device has read what is there.
    const refusal = this.#take(connection, readRevealed(first, body));
    if (refusal && refusal !== 'storeFull') return refusal;
    const waited = Date.now() - since;
    // The clock may have been set back meanwhile: to ask once too often does no harm.
    const isLate = waited < 0 || waited > PATIENCE;
    const reason = await this.#answer(connection, envelope);
    // The device may have given up waiting; it then learns from our hashes that it lacks something.
    if (isLate) this.#ask(connection, [VERIFY_REQUEST]);
    return reason;
  }

  #answer(connection: Connection, { requestId, message, body }: Envelope): Handled {
    // Nobody may see what is not stored yet.
    this.#truth.flush();
    const answer = this.#answers.answer(message, body);
    if (!answer) return 'invalidFrame';
    this.#send(connection, requestId, MESSAGE.response, answer.body);
    return answer.rest && this.#sendRest(connection, answer.rest);
  }

  /** A turn for each piece: one is on its way and taken in while the next is written. */
  async #sendRest(connection: Connection, rest: Iterable<string>): Promise<undefined> {
    await this.#nextTurn();
    for (const changes of rest) {
      this.#send(connection, null, MESSAGE.contentDiff, changes);
      await this.#nextTurn();
    }
  }

  /** Waits; what was merged meanwhile is stored, so that pieces written from now on may show it. */
  async #nextTurn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    this.#truth.flush();
  }

  #takeResponse(connection: Connection, requestId: string | null, body: unknown): Handled {
    const held = this.#held.release(connection, requestId);
    if (held) return this.#takeRevealed(connection, held, body);
    const pulled = readPulled(this.#truth.tree, requestId, body);
    const refusal = this.#take(connection, pulled?.edits);
    if (!pulled || refusal) return refusal;
    if (requestId === HASHES_REQUEST.requestId) return this.#tellSoon(connection, pulled.next());
    this.#ask(connection, pulled.next());
    return undefined;
  }

  /** A device that only now begins to synchronize asks by itself, and needs not be told as well. */
  async #tellSoon(connection: Connection, requests: Request[]): Promise<undefined> {
    if (requests.length === 0) return;
    this.#behind.add(connection);
    await new Promise((resolve) => setTimeout(resolve, GRACE));
    if (this.#behind.delete(connection)) this.#ask(connection, requests);
  }

  #takeChanges(connection: Connection, envelope: Envelope): CloseName | undefined {
    const changes = readChanges(envelope.body);
    // Dates of containers are screened along with the edits in them only, and an empty one has none.
    const text = changes?.isDated ? undefined : changeTextOf(envelope);
    return this.#take(connection, changes?.edits, text);
  }

  /** `text` is the change these edits came in. */
  #take(connection: Connection, edits: Edit[] | undefined, text?: string): CloseName | undefined {
    if (!edits) return 'invalidFrame';
    const now = Date.now();
    const { accepted, settled, ahead, heartbeat, full } = screen(
      edits,
      this.#truth.tree,
      this.#config,
      now,
    );
    this.#truth.merge(accepted, connection, accepted.length === edits.length ? text : undefined);
    if (settled.length > 0) this.#truth.merge(settled);
    if (heartbeat !== undefined) this.#truth.beat(now, heartbeat);
    if (ahead.length > 0) this.#warn(connection, ahead, now);
    return full ? 'storeFull' : undefined;
  }

  #warn(connection: Connection, ahead: Edit[], now: number): void {
    const notice = {
      server_time: new Date(now).toISOString(),
      limit_seconds: clockAllowance(this.#config.MAX_CLOCK_AHEAD_SECONDS),
      refused: ahead.slice(0, MAX_NOTICED).map(pathOf) satisfies StampPath[],
    };
    this.#send(connection, NOTICE_ID, MESSAGE.response, writeNotice('clock_ahead', notice));
  }

  /** Forwards what was written to every device but, each, its own. */
  publish(written: Written[], changes: string[]): void {
    const writers = new Set(written.map(({ writer }) => writer));
    const verify = !written.every(isHeartbeat);
    const frames = changes.flatMap((change) => framesOf(null, MESSAGE.contentDiff, change));
    for (const connection of this.#devices.speaking('sync')) {
      if (verify) this.#devices.markUnsure(connection);
      if (!writers.has(connection)) deliver(connection, frames);
      else if (writers.size > 1) this.#forwardOthers(connection, written);
    }
  }

  #forwardOthers(connection: Connection, written: Written[]): void {
    const others = written.filter(({ writer }) => writer !== connection);
    for (const changes of writeChanges(others)) {
      this.#send(connection, null, MESSAGE.contentDiff, changes);
    }
  }

  #ask(connection: Connection, requests: Request[]): void {
    if (requests.length > 0) this.#truth.flush();
    for (const { requestId, message, body } of requests) {
      this.#send(connection, requestId, message, JSON.stringify(body));
    }
  }

  #send(connection: Connection, requestId: string | null, message: Message, body: string): void {
    deliver(connection, framesOf(requestId, message, body));
  }
}

const framesOf = (requestId: string | null, message: Message, body: string): string[] =>
  fragments(writeFrame(requestId, message, body), fragmentId);

/** 16 random characters of the alphabet that fragment ids have. */
const fragmentId = (): string => crypto.randomUUID().replaceAll('-', '').slice(0, 16);

function deliver(connection: Connection, frames: string[]): void {
  try {
    for (const frame of frames) connection.send(frame);
  } catch {
    // It closed in this very moment; what it missed it gets when it is back.
  }
}
