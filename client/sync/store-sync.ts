import type { MergeableStore } from 'tinybase';
import {
  createWsSynchronizer,
  type WsSynchronizer,
} from 'tinybase/synchronizers/synchronizer-ws-client';
import { MESSAGE } from '../../src/protocol/frame.ts';
import { readSyncPoint } from '../../src/protocol/sync-point.ts';
import type { AdaptiveTimeout } from '../common/adaptive-timeout.ts';
import { type InboundEvents, InboundMessages } from './inbound-messages.ts';
import { type MutedHandshake, muteHandshake } from './resume/muted-handshake.ts';
import type { ResumePoint } from './resume/resume-point.ts';
import { encodeEdits, resumeRequest } from './resume/resume-request.ts';
import { type SocketChannel, type SocketChannelEvents, socketChannel } from './socket-channel.ts';

/** Timeout of TinyBase's requests, and of the rest of a fragmented message. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Timeout of a request for the server's hashes. */
const HASHES_TIMEOUT_MS = 10_000;

/** TinyBase's status of a synchronizer: it neither loads nor saves, or it takes in a message. */
const IDLE = 0;
const LOADING = 1;

export interface SyncOptions extends InboundEvents, SocketChannelEvents {
  /** Bytes of one fragment; 0 to send messages unfragmented. */
  fragmentSize: number;
  timeouts: AdaptiveTimeout;
  /** How far the store had come before. */
  point: ResumePoint;
  /**
   * Merges a full copy of the server's content into the store, except what is newer there. Resolves
   * with the copy's cursor.
   */
  loadCopy(): Promise<string>;
}

/** Starts to synchronize a store through an open socket. */
export async function synchronize(
  store: MergeableStore,
  socket: WebSocket,
  options: SyncOptions,
): Promise<StoreSync> {
  const whole = socketChannel(socket, options);
  const canResume = resumeRequest(store, options.point) !== undefined;
  const handshake = canResume ? muteHandshake(whole, store) : undefined;
  const channel = handshake?.channel ?? whole;
  const inbound = new InboundMessages(options);
  socket.addEventListener('message', () => inbound.addFrame());
  const synchronizer = await createWsSynchronizer(
    store,
    channel as unknown as WebSocket,
    options.timeouts.for(REQUEST_TIMEOUT_MS) / 1000,
    undefined,
    (_, id, message, body) => inbound.addMessage(id, message, body),
    undefined,
    options.fragmentSize || undefined,
  );
  inbound.isIdle = () => synchronizer.getStatus() === IDLE;
  const sync = new StoreSync(store, channel, inbound, synchronizer, options);
  sync.start(handshake);
  return sync;
}

/** Synchronizes a store through a socket until `stop()` is called. */
export class StoreSync {
  /** Resolves when both sides have exchanged what the other lacked. */
  started: Promise<void> = Promise.resolve();
  readonly #store: MergeableStore;
  readonly #channel: SocketChannel;
  readonly #inbound: InboundMessages;
  readonly #synchronizer: WsSynchronizer<WebSocket>;
  readonly #timeouts: AdaptiveTimeout;
  readonly #point: ResumePoint;
  /** Counts the app's edits. */
  #edits = 0;
  /** The edits and hashes when both sides last had the same content. */
  #reached: { edits: number; hashes: string } | undefined;
  /** Whether the synchronizer may not have sent an edit. */
  #isUnsent = false;
  /** Whether the contents may differ, so that a response without hashes proves nothing. */
  #mayDiffer = false;
  /** Whether the server has a copy to load that is too large for the socket. */
  #hasLargeCopy = false;
  readonly #loadCopy: SyncOptions['loadCopy'];

  constructor(
    store: MergeableStore,
    channel: SocketChannel,
    inbound: InboundMessages,
    synchronizer: WsSynchronizer<WebSocket>,
    { timeouts, point, loadCopy }: SyncOptions,
  ) {
    this.#store = store;
    this.#channel = channel;
    this.#inbound = inbound;
    this.#synchronizer = synchronizer;
    this.#timeouts = timeouts;
    this.#point = point;
    this.#loadCopy = loadCopy;
    // All of the changes came from the server, and none from the app.
    point.isReceived = (changes) => inbound.received.includesAll(changes);
    point.onEdit = () => this.#onEdit();
  }

  start(handshake: MutedHandshake | undefined): void {
    this.#mayDiffer = !handshake;
    this.started = handshake ? this.#resume(handshake) : this.#begin();
    this.started.catch(() => undefined);
  }

  async #begin(): Promise<void> {
    await this.#synchronizer.startSync();
    await this.reach();
  }

  /** Compares hashes only if the server does not know the cursor, or the contents differ after it. */
  async #resume({ unmute }: MutedHandshake): Promise<void> {
    await this.#synchronizer.startSync();
    const isReached = (await this.#catchUp()) || (await this.#copy());
    unmute();
    if (isReached) return;
    await this.repair();
    await this.reach();
  }

  /** Sends what the server lacks, and gets what changed after the cursor. */
  async #catchUp(): Promise<boolean> {
    // The synchronizer sends new edits. The request has all earlier ones.
    const request = resumeRequest(this.#store, this.#point);
    const timeoutMs = this.#timeouts.for(REQUEST_TIMEOUT_MS);
    return request !== undefined && this.reach(timeoutMs, request);
  }

  /** Loads the server's copy, if that is better than an exchange of hashes, and catches up. */
  async #copy(): Promise<boolean> {
    if (!this.#hasLargeCopy || !this.#point.isFresh) return false;
    // Otherwise the synchronizer would send the content of the copy back to the server.
    await this.#synchronizer.stopSync();
    const cursor = await this.#loadCopy().catch(() => undefined);
    // The offline copy may have been loaded meanwhile.
    const isLoaded = cursor !== undefined && this.#point.isFresh;
    if (isLoaded) this.#point.advance(cursor);
    // A whole copy is as good as equal hashes.
    this.#mayDiffer = !isLoaded;
    await this.#synchronizer.startSync();
    return cursor !== undefined && this.#catchUp();
  }

  /** Whether the app has not edited the store since both sides had the same content. */
  get isUnchanged(): boolean {
    return this.#reached?.edits === this.#edits && this.#reached.hashes === this.#hashes();
  }

  /**
   * Requests a sync point. Resolves with whether the server has the store's content. The server
   * responds after it has stored everything that it was sent before. A room that has not read its
   * content yet tells no hashes, but that it has stored all that it was sent. Rejects when no frame
   * arrives for `timeoutMs`.
   */
  async reach(timeoutMs = this.#timeouts.for(HASHES_TIMEOUT_MS), request = '{}'): Promise<boolean> {
    const before = this.#hashes();
    const edits = this.#edits;
    const isSent = !this.#isUnsent;
    const sentAt = performance.now();
    const response = await this.#inbound.requests.send(timeoutMs, (id) =>
      this.#channel.send(`\n[${JSON.stringify(id)},${MESSAGE.syncPoint},${request}]`),
    );
    this.#timeouts.recordRoundTrip(performance.now() - sentAt);
    const point = readSyncPoint(JSON.parse(response));
    this.#hasLargeCopy = point?.copyBytes !== undefined;
    await this.#untilIdle();
    const after = this.#hashes();
    const hashes = point?.hashes && JSON.stringify(point.hashes);
    const isStored = point?.isComplete && isSent && !this.#mayDiffer;
    const isReached = hashes ? [before, after].includes(hashes) : isStored;
    this.#mayDiffer = !isReached;
    if (!point || !isReached) return false;
    if (hashes === after) this.#isUnsent = false;
    this.#reached = { edits, hashes: hashes ?? after };
    this.#point.advance(point.cursor);
    return true;
  }

  /** Resolves when the synchronizer has written all received messages to the store. */
  async #untilIdle(): Promise<void> {
    if (this.#inbound.isIdle()) return;
    await new Promise<void>((resolve) => {
      const listener = this.#synchronizer.addStatusListener((_, status) => {
        if (status !== IDLE) return;
        this.#synchronizer.delListener(listener);
        resolve();
      });
    });
  }

  #onEdit(): void {
    this.#edits += 1;
    // TinyBase does not send what is written while it takes in a message.
    if (this.#synchronizer.getStatus() === LOADING && !this.#isUnsent) void this.#resend();
  }

  async #resend(): Promise<void> {
    this.#isUnsent = true;
    await this.#untilIdle();
    const changes = encodeEdits(this.#store, this.#point);
    if (!changes) return;
    this.#channel.send(`\n[null,${MESSAGE.contentDiff},${changes}]`);
    this.#isUnsent = false;
  }

  /** Makes both sides fetch what they lack. */
  async repair(): Promise<void> {
    await this.#synchronizer.load();
    await this.#synchronizer.save();
  }

  /** Sends the body of a message about this device's presence. */
  sendPresence(body: string): void {
    this.#channel.send(`\n[null,${MESSAGE.presence},${body}]`);
  }

  stop(): void {
    this.#channel.stop();
    this.#inbound.requests.rejectAll();
    void this.#synchronizer.destroy().catch(() => undefined);
  }

  #hashes(): string {
    return JSON.stringify(this.#store.getMergeableContentHashes());
  }
}
