import { decodeChange } from '../../document/codec/stamp-decoder.ts';
import type { Config, Connection } from '../../platform.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import { changeTextOf, type Envelope, MESSAGE, type Message } from '../../protocol/frame.ts';
import { NOTICE_ID } from '../../protocol/notice.ts';
import type { ContentHashes } from '../../protocol/stamps.ts';
import type { Document } from '../content/document.ts';
import { type Publication, type WrittenStamp, writeChanges } from '../content/publication.ts';
import { type Devices, deviceOf } from '../devices.ts';
import type { RefusalOf } from '../refusals/refusal.ts';
import { ContentGate } from './content-gate.ts';
import { isContentHashes } from './exchange/diffs.ts';
import { Exchanges } from './exchange/exchanges.ts';
import { type HeldRequest, HeldRequests } from './exchange/held-requests.ts';
import {
  decodePulled,
  GREETING,
  isForHashes,
  isGreeting,
  isPull,
  isSame,
  OFFERED_REQUEST,
  type Request,
  VERIFY_REQUEST,
} from './exchange/pull.ts';
import { decodePulledBefore, isHeartbeatLost } from './exchange/pull-before-answering.ts';
import { type Handled, Responder } from './exchange/responder.ts';
import { stampsOf } from './exchange/revealed-rows.ts';
import { Verifier } from './exchange/verifier.ts';
import { type OutgoingMessage, outgoingMessage } from './frames/outgoing-message.ts';
import { ANSWERS, CHANGES, type Limit, SendWindow } from './frames/send-window.ts';
import { IncomingChanges } from './incoming-changes.ts';
import { SyncPoints } from './sync-points.ts';

/**
 * Milliseconds for which a device surely waits for a response. TinyBase's clients wait for a
 * second.
 */
const PATIENCE = 500;

/**
 * The server side of TinyBase's synchronizer protocol. It answers every request from the document,
 * merges what devices send, and forwards merged changes to the other devices. It never forwards a
 * request.
 */
export class Synchronizer {
  readonly #document: Document;
  readonly #devices: Devices;
  readonly #window = new SendWindow();
  readonly #responder: Responder;
  readonly #syncPoints: SyncPoints;
  readonly #held = new HeldRequests();
  readonly #gate: ContentGate;
  readonly #changes: IncomingChanges;
  readonly #verifier: Verifier;
  readonly #exchanges: Exchanges;

  constructor(document: Document, devices: Devices, config: Config, refusalOf: RefusalOf) {
    this.#document = document;
    this.#devices = devices;
    this.#responder = new Responder(document, this.#window, {
      catchUp: (connection) => this.#ask(connection, [VERIFY_REQUEST]),
      answered: (connection) => this.#suspect(connection),
    });
    this.#verifier = new Verifier(document.tree, {
      prepare: (connection) => this.#canVerify(connection),
      send: (connection, message) => this.#window.send(connection, message),
      catchUp: (...found) => this.#exchanges.begin(...found),
      settled: (connection) => this.#exchanges.settle(connection),
    });
    this.#exchanges = new Exchanges(document.tree, {
      ask: (connection, requests) => this.#ask(connection, requests),
      send: (connection, rows) =>
        this.#forward(connection, writeChanges(stampsOf(document.tree, rows)).map(changeOf)),
      joined: (connection) => devices.markJoined(connection),
    });
    this.#gate = new ContentGate(document, devices, config, refusalOf);
    this.#changes = new IncomingChanges(document, config, this.#window, refusalOf);
    this.#syncPoints = new SyncPoints(document, this.#window, this.#changes);
  }

  /**
   * Asks a new device for its hashes, so that both sides catch up if it already synchronizes. A
   * device that asks for sync points begins by itself.
   */
  greet(connection: Connection): void {
    if (!deviceOf(connection)?.resumes) this.#ask(connection, [GREETING]);
  }

  /**
   * Asks devices that recently got changes for their hashes. The verifier finds nearly every edit
   * that they did not send at once; an eviction may have made it forget one.
   */
  verify(): void {
    this.probe(this.#devices.takeUnsure((connection) => this.#verifier.isAtWork(connection)));
  }

  /** Verifies a device that was sent something while it synchronizes. */
  #suspect(connection: Connection): void {
    if (!this.#document.isLoaded || deviceOf(connection)?.resumes) return;
    const isJoined = deviceOf(connection)?.joined;
    if (isJoined || this.#exchanges.isDisturbed(connection)) this.#verifier.suspect(connection);
  }

  /** A device that has to read first, or that gets a response in pieces, is verified later. */
  #canVerify(connection: Connection): boolean {
    this.#document.flush();
    return !this.#window.isFull(connection, ANSWERS) && !this.#responder.isAnswering(connection);
  }

  /** Sends a notice. Returns false if the device has reached the limit of unread bytes. */
  notify(connection: Connection, body: string): boolean {
    if (this.#window.isFull(connection, CHANGES)) return false;
    this.#send(connection, NOTICE_ID, MESSAGE.response, body);
    return true;
  }

  /** Asks devices for their hashes. Every synchronizing client responds. */
  probe(connections: Connection[]): void {
    for (const connection of connections) this.#ask(connection, [VERIFY_REQUEST]);
  }

  /** Closes devices that do not read. There is no timer: the alarm calls it. */
  closeDeaf(now: number): void {
    for (const connection of this.#devices.speaking('sync')) {
      this.#window.closeIfDeaf(connection, now);
    }
  }

  /** Drops everything that waits for a closed connection. */
  forget(connection: Connection): void {
    this.#window.forget(connection);
    this.#responder.forget(connection);
    this.#verifier.forget(connection);
  }

  /**
   * Handles one message, perhaps when the content is read. The caller flushes what it merges.
   * `hasLost` tells whether the device may have sent something that has not arrived.
   */
  receive(connection: Connection, envelope: Envelope, hasLost = false): Handled {
    const handle = () => this.#receive(connection, envelope);
    return this.#gate.pass(connection, envelope, hasLost, handle);
  }

  #receive(connection: Connection, envelope: Envelope): Handled {
    const { requestId, message, body } = envelope;
    if (message !== MESSAGE.response) this.#verifier.hear(connection);
    switch (message) {
      case MESSAGE.contentDiff:
        return this.#takeChanges(connection, envelope);
      case MESSAGE.response:
        return this.#takeResponse(connection, requestId, body);
      case MESSAGE.contentHashes:
        if (!isContentHashes(body)) return 'invalidFrame';
        // A client sends its hashes at the end of its first exchange.
        this.#devices.markJoined(connection);
        this.#compare(connection, body);
        return undefined;
      case MESSAGE.syncPoint:
        // Without hashes, a device cannot see that its cursor was wrong, or its copy damaged.
        if (!this.#document.isLoaded) this.#devices.markUnsure(connection);
        return this.#syncPoints.answer(connection, envelope);
      default:
        return this.#hold(connection, envelope);
    }
  }

  /** More may be on the way. The verifier finds out. */
  #compare(connection: Connection, theirs: ContentHashes): void {
    if (isSame(theirs, this.#document.tree.hashes)) {
      this.#verifier.settle(connection);
      if (deviceOf(connection)?.resumes) this.#syncPoints.tell(connection);
    } else {
      this.#devices.markUnsure(connection);
      this.#verifier.doubt(connection);
    }
  }

  /** Pulls what the device has and the room lacks, then answers. */
  #hold(connection: Connection, envelope: Envelope): Handled {
    this.#devices.markUnsure(connection);
    this.#exchanges.hear(connection, envelope);
    if (isHeartbeatLost(this.#document.tree, envelope)) this.#document.beat(Date.now());
    // A busy device is answered first and verified later.
    const isBusy = this.#responder.isBusy(connection, envelope.message);
    if (isBusy) return this.#responder.answer(connection, envelope);
    const first = this.#held.hold(connection, this.#document.tree, envelope, Date.now());
    if (!first) return this.#responder.answer(connection, envelope);
    this.#ask(connection, [first]);
    return undefined;
  }

  async #takePulledBefore(
    connection: Connection,
    { envelope, first, since }: HeldRequest,
    body: unknown,
  ): Promise<CloseName | undefined> {
    // A full store closes the socket later, after the device has got its content.
    const refusal = this.#changes.take(connection, decodePulledBefore(first, body));
    if (refusal && refusal !== 'storeFull') return refusal;
    const waited = Date.now() - since;
    // The clock may have been set back meanwhile. One request too many does no harm.
    const isLate = waited < 0 || waited > PATIENCE;
    const reason = await this.#responder.answer(connection, envelope);
    // The device may have given up on the response. The next exchange of hashes shows what it lacks.
    if (isLate) this.#ask(connection, [VERIFY_REQUEST]);
    return reason;
  }

  #takeResponse(connection: Connection, requestId: string | null, body: unknown): Handled {
    if (this.#window.acknowledge(connection, requestId)) return this.#responder.resume(connection);
    if (this.#verifier.hasAsked(connection, requestId))
      return isContentHashes(body) ? this.#verifier.take(connection, body) : 'invalidFrame';
    if (isForHashes(requestId))
      return isContentHashes(body) ? this.#takeHashes(connection, requestId, body) : 'invalidFrame';
    this.#verifier.hear(connection);
    const held = this.#held.release(connection, requestId);
    if (held) return this.#takePulledBefore(connection, held, body);
    const { tree } = this.#document;
    const { version } = tree;
    const pulled = decodePulled(tree, requestId, body);
    const refusal = this.#changes.take(connection, pulled?.edits);
    if (!pulled || refusal) return refusal;
    if (tree.version !== version) this.#verifier.reveal(connection);
    const next = pulled.next();
    if (next.length > 0) this.#ask(connection, next);
    else if (isPull(requestId)) this.#verifier.suspect(connection);
    return undefined;
  }

  #takeHashes(connection: Connection, requestId: string | null, theirs: ContentHashes): undefined {
    if (isGreeting(requestId)) this.#exchanges.greeted(connection, theirs, requestId);
    else if (requestId === OFFERED_REQUEST.requestId) this.#exchanges.offered(connection, theirs);
    else this.#compare(connection, theirs);
  }

  #takeChanges(connection: Connection, envelope: Envelope): CloseName | undefined {
    const changes = decodeChange(envelope.body);
    // HLCs of containers are checked with the stamps in them, and an empty container has none.
    const text = changes?.isDated ? undefined : changeTextOf(envelope);
    return this.#changes.take(connection, changes?.edits, text);
  }

  /** Forwards merged changes to every device except their author. */
  publish({ written, changes, isHeartbeat }: Publication): void {
    const writers = new Set(written.map(({ writer }) => writer));
    const messages = changes.map(changeOf);
    for (const connection of this.#devices.speaking('sync')) {
      if (!isHeartbeat) this.#devices.markUnsure(connection);
      const isWriter = writers.has(connection);
      if (!isWriter) this.#forward(connection, messages);
      else if (writers.size > 1) this.#forwardOthers(connection, written);
      else continue;
      if (!deviceOf(connection)?.joined) this.#exchanges.disturb(connection);
      else if (isHeartbeat) continue;
      this.#suspect(connection);
    }
  }

  #forwardOthers(connection: Connection, written: WrittenStamp[]): void {
    const others = written.filter(({ writer }) => writer !== connection);
    this.#forward(connection, writeChanges(others).map(changeOf));
  }

  /** A device that does not keep up catches up by its hashes when it has read. */
  #forward(connection: Connection, messages: OutgoingMessage[]): void {
    for (const message of messages) {
      if (this.#isBehind(connection, CHANGES)) return;
      this.#window.send(connection, message);
    }
  }

  #ask(connection: Connection, requests: Request[]): void {
    if (requests.length > 0) this.#document.flush();
    for (const { requestId, message, body } of requests) {
      if (this.#isBehind(connection, ANSWERS)) return;
      this.#send(connection, requestId, message, JSON.stringify(body));
    }
  }

  /**
   * Whether a device has reached the limit of unread bytes. If so, notes that it has to catch up.
   */
  #isBehind(connection: Connection, limit: Limit): boolean {
    if (!this.#window.isFull(connection, limit)) return false;
    this.#window.hold(connection);
    return true;
  }

  #send(connection: Connection, requestId: string | null, message: Message, body: string): void {
    this.#window.send(connection, outgoingMessage(requestId, message, body));
  }
}

const changeOf = (change: string): OutgoingMessage =>
  outgoingMessage(null, MESSAGE.contentDiff, change);
