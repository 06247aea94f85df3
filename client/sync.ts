import type PartySocket from 'partysocket';
import type { MergeableStore } from 'tinybase';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { CLOSE } from '../src/protocol/close.ts';
import { MESSAGE } from '../src/protocol/frame.ts';
import { NOTICE_ID, type Notices, readNotices } from '../src/protocol/notice.ts';
import { utf8Length } from '../src/protocol/utf8.ts';
import { Questions } from './questions.ts';

/** How long an answer to TinyBase, or the rest of a message in fragments, may take, in seconds. */
const ANSWER_SECONDS = 30;
/** How long our own small question may take by default, in seconds. */
const ASK_SECONDS = 10;

/** PartyKit's limit, in bytes; that of Workers is higher. */
const FRAME_LIMIT = 1_048_576;

/** TinyBase's status of a synchronizer that is writing what came from the server to the store. */
const LOADING = 1;

export interface SyncOptions {
  /** Bytes of one fragment; 0 for frames of any length. */
  fragmentSize: number;
  onNotice(notices: Partial<Notices>): void;
  /** TinyBase gave up: a message, either way, is beyond what its synchronizer takes. */
  onOverflow(): void;
}

/** Synchronizes a store through a socket for as long as it is open. */
export interface Sync {
  /** Resolves once both sides have exchanged what they had. */
  readonly started: Promise<unknown>;
  /**
   * Asks the server for the hashes of its content. They come after everything that it was sent
   * before is stored for good. Resolves with whether they are those of the store; rejects where no
   * answer comes in time.
   */
  agrees(seconds?: number): Promise<boolean>;
  /** Has each side fetch what it lacks. */
  repair(): Promise<void>;
  /** Whether the store is being written to by the server, not by the app. */
  isReceiving(): boolean;
  /**
   * Whether a frame was sent that is beyond PartyKit's limit. The server closes with 1009 then,
   * but often resets the connection before that close frame is through.
   */
  hasSentTooMuch(): boolean;
  stop(): void;
}

export async function synchronize(
  store: MergeableStore,
  socket: PartySocket,
  options: SyncOptions,
): Promise<Sync> {
  const questions = new Questions();
  const channel = channelOf(socket, options.onOverflow);
  const synchronizer = await createWsSynchronizer(
    store,
    channel as unknown as WebSocket,
    ANSWER_SECONDS,
    undefined,
    (_, id, message, body) => {
      if (message !== MESSAGE.response || id === null) return;
      if (id === NOTICE_ID) options.onNotice(readNotices(body));
      else questions.answer(id, JSON.stringify(body));
    },
    undefined,
    options.fragmentSize || undefined,
  );
  const hashes = () => JSON.stringify(store.getMergeableContentHashes());
  return {
    started: synchronizer.startSync(),
    async agrees(seconds = ASK_SECONDS) {
      const before = hashes();
      const answer = questions.ask(seconds, (id) =>
        channel.send(`\n${JSON.stringify([id, MESSAGE.getContentHashes, ''])}`),
      );
      return [before, hashes()].includes(await answer);
    },
    async repair() {
      await synchronizer.load();
      await synchronizer.save();
    },
    hasSentTooMuch: () => channel.largestFrame > FRAME_LIMIT,
    isReceiving: () => synchronizer.getStatus() === LOADING,
    stop() {
      channel.stop();
      questions.drop();
      void synchronizer.destroy();
    },
  };
}

/**
 * A socket as TinyBase wants it: open once and then closed for good, where a PartySocket opens
 * again. So each opening gets a synchronizer of its own, which cannot end the PartySocket.
 */
function channelOf(socket: PartySocket, onOverflow: () => void) {
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
      // A PartySocket keeps what it cannot send for the next opening, where it would be stale.
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
