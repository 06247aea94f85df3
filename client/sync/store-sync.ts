import type { MergeableChanges, MergeableStore } from 'tinybase';
import {
  createWsSynchronizer,
  type WsSynchronizer,
} from 'tinybase/synchronizers/synchronizer-ws-client';
import { MESSAGE } from '../../src/protocol/frame.ts';
import type { AdaptiveTimeout } from '../common/adaptive-timeout.ts';
import { type InboundEvents, InboundMessages } from './inbound-messages.ts';
import { type SocketChannel, type SocketChannelEvents, socketChannel } from './socket-channel.ts';

/** Timeout of TinyBase's requests, and of the rest of a fragmented message. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Timeout of a request for the server's hashes. */
const HASHES_TIMEOUT_MS = 10_000;

/** TinyBase's status of a synchronizer that neither loads nor saves. */
const IDLE = 0;

export interface SyncOptions extends InboundEvents, SocketChannelEvents {
  /** Bytes of one fragment; 0 to send messages unfragmented. */
  fragmentSize: number;
  timeouts: AdaptiveTimeout;
}

/** Starts to synchronize a store through an open socket. */
export async function synchronize(
  store: MergeableStore,
  socket: WebSocket,
  options: SyncOptions,
): Promise<StoreSync> {
  const channel = socketChannel(socket, options);
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
  return new StoreSync(store, channel, inbound, synchronizer, options.timeouts);
}

/** Synchronizes a store through a socket until `stop()` is called. */
export class StoreSync {
  /** Resolves when both sides have exchanged what the other lacked. */
  readonly started: Promise<unknown>;
  readonly #store: MergeableStore;
  readonly #channel: SocketChannel;
  readonly #inbound: InboundMessages;
  readonly #synchronizer: WsSynchronizer<WebSocket>;
  readonly #timeouts: AdaptiveTimeout;

  constructor(
    store: MergeableStore,
    channel: SocketChannel,
    inbound: InboundMessages,
    synchronizer: WsSynchronizer<WebSocket>,
    timeouts: AdaptiveTimeout,
  ) {
    this.#store = store;
    this.#channel = channel;
    this.#inbound = inbound;
    this.#synchronizer = synchronizer;
    this.#timeouts = timeouts;
    this.started = synchronizer.startSync();
  }

  /**
   * Requests the hashes of the server's content, and resolves with whether they match the store's.
   * The server responds after it has stored everything that it was sent before. Rejects when no
   * frame arrives for `timeoutMs`.
   */
  async hashesMatch(timeoutMs = this.#timeouts.for(HASHES_TIMEOUT_MS)): Promise<boolean> {
    const before = this.#hashes();
    const sentAt = performance.now();
    const hashes = await this.#inbound.requests.send(timeoutMs, (id) =>
      this.#channel.send(`\n${JSON.stringify([id, MESSAGE.getContentHashes, ''])}`),
    );
    this.#timeouts.recordRoundTrip(performance.now() - sentAt);
    return [before, this.#hashes()].includes(hashes);
  }

  /** Makes both sides fetch what they lack. */
  async repair(): Promise<void> {
    await this.#synchronizer.load();
    await this.#synchronizer.save();
  }

  /** Whether all changes of a transaction came from the server, and none from the app. */
  causedChanges(changes: MergeableChanges): boolean {
    return this.#inbound.received.includesAll(changes);
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
