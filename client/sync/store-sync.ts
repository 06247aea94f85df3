import type { MergeableChanges, MergeableStore } from 'tinybase';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { CLOSE } from '../../src/protocol/close.ts';
import { MESSAGE } from '../../src/protocol/frame.ts';
import { NOTICE_ID, type Notices, readNotices } from '../../src/protocol/notice.ts';
import { utf8Length } from '../../src/protocol/utf8.ts';
import type { AdaptiveTimeout } from '../common/adaptive-timeout.ts';
import { beatIn } from './heartbeat.ts';
import { PendingRequests } from './pending-requests.ts';
import { ReceivedStamps } from './received-stamps.ts';

/** How long TinyBase may wait for an answer, or for the rest of a message, in milliseconds. */
const ANSWER = 30_000;
/** How long the server may be silent after a small question of our own, in milliseconds. */
const ASK = 10_000;

/** PartyKit's limit, in bytes; that of Workers is higher. */
const FRAME_LIMIT = 1_048_576;

/** TinyBase's status of a synchronizer that waits for nothing and writes nothing. */
const IDLE = 0;

export interface SyncOptions {
  /** Bytes of one fragment; 0 for frames of any length. */
  fragmentSize: number;
  timeouts: AdaptiveTimeout;
  /** Anything has arrived. */
  onFrame(): void;
  /** A heartbeat has arrived: the server's time, in milliseconds. */
  onBeat(serverTime: number): void;
  onNotice(notices: Partial<Notices>): void;
  /** TinyBase gave up: a message, either way, is beyond what its synchronizer takes. */
  onOverflow(): void;
}

/** Synchronizes a store through a socket for as long as it is open. */
export interface StoreSync {
  /** Resolves once both sides have exchanged what they had. */
  readonly started: Promise<unknown>;
  /**
   * Asks the server for the hashes of its content. They come after everything that it was sent
   * before is stored for good. Resolves with whether they are those of the store; rejects where
   * the server is silent for so many milliseconds.
   */
  hashesMatch(milliseconds?: number): Promise<boolean>;
  /** Has each side fetch what it lacks. */
  repair(): Promise<void>;
  /** Whether the server brought all of these changes of a transaction, and the app none. */
  brought(changes: MergeableChanges): boolean;
  /**
   * Whether a frame was sent that is beyond PartyKit's limit. The server closes with 1009 then,
   * but often resets the connection before that close frame is through.
   */
  exceededFrameLimit(): boolean;
  stop(): void;
}

export async function synchronize(
  store: MergeableStore,
  socket: WebSocket,
  { timeouts, ...options }: SyncOptions,
): Promise<StoreSync> {
  const requests = new PendingRequests();
  const received = new ReceivedStamps();
  const channel = channelOf(socket, options.onOverflow);
  socket.addEventListener('message', () => {
    options.onFrame();
    requests.keepAlive();
  });
  let isIdle = () => true;
  const receive = (id: string | null, message: number, body: unknown) => {
    if (isIdle()) received.clear();
    received.add(body);
    const serverTime = beatIn(message, body);
    if (serverTime !== undefined) options.onBeat(serverTime);
    if (message !== MESSAGE.response || id === null) return;
    if (id === NOTICE_ID) options.onNotice(readNotices(body));
    else requests.respond(id, JSON.stringify(body));
  };
  const synchronizer = await createWsSynchronizer(
    store,
    channel as unknown as WebSocket,
    timeouts.for(ANSWER) / 1000,
    undefined,
    (_, id, message, body) => receive(id, message, body),
    undefined,
    options.fragmentSize || undefined,
  );
  isIdle = () => synchronizer.getStatus() === IDLE;
  const hashes = () => JSON.stringify(store.getMergeableContentHashes());
  return {
    started: synchronizer.startSync(),
    async hashesMatch(milliseconds = timeouts.for(ASK)) {
      const before = hashes();
      const askedAt = performance.now();
      const answer = await requests.send(milliseconds, (id) =>
        channel.send(`\n${JSON.stringify([id, MESSAGE.getContentHashes, ''])}`),
      );
      timeouts.recordRoundTrip(performance.now() - askedAt);
      return [before, hashes()].includes(answer);
    },
    async repair() {
      await synchronizer.load();
      await synchronizer.save();
    },
    brought: (changes) => received.has(changes),
    exceededFrameLimit: () => channel.largestFrame > FRAME_LIMIT,
    stop() {
      channel.stop();
      requests.rejectAll();
      void synchronizer.destroy().catch(() => undefined);
    },
  };
}

/** A socket as TinyBase wants it, which it cannot close and which says what was sent. */
function channelOf(socket: WebSocket, onOverflow: () => void) {
  let live = true;
  let largestFrame = 0;
  return {
    get largestFrame() {
      return largestFrame;
    },
    OPEN: socket.OPEN,
    get readyState() {
      return live ? socket.readyState : socket.CLOSED;
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    addEventListener: socket.addEventListener.bind(socket),
    removeEventListener: socket.removeEventListener.bind(socket),
    send(data: string) {
      if (!live || socket.readyState !== socket.OPEN) return;
      if (data.length * 3 > largestFrame) largestFrame = Math.max(largestFrame, utf8Length(data));
      socket.send(data);
    },
    close(code?: number) {
      if (live && code === CLOSE.tooManyFrames.code) onOverflow();
    },
    stop() {
      live = false;
    },
  };
}
