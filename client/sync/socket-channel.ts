import { CLOSE } from '../../src/protocol/close-codes.ts';

/**
 * A longer frame may be over PartyKit's limit of 1 MiB, since a character takes at most 3 bytes.
 * The limit of Cloudflare Workers is higher.
 */
const LARGE_FRAME_CHARACTERS = 1_048_576 / 3;
/** `readyState` is read this often, until this long after everything was sent. */
const CLOSING_CHECK_MS = 250;
const CLOSING_WATCH_MS = 30_000;

export interface SocketChannelEvents {
  /** Called when a frame is sent that may be larger than the server's limit. */
  onLargeFrame(): void;
  /** Called when a message is too large for TinyBase's synchronizer, or for the server. */
  onOverflow(): void;
}

/**
 * A socket for TinyBase's synchronizer. The synchronizer can send and receive, but not close it.
 */
export interface SocketChannel
  extends Pick<
    WebSocket,
    'OPEN' | 'readyState' | 'bufferedAmount' | 'addEventListener' | 'removeEventListener' | 'close'
  > {
  send(data: string): void;
  /** Makes the socket look closed to the synchronizer. */
  stop(): void;
}

export function socketChannel(socket: WebSocket, events: SocketChannelEvents): SocketChannel {
  let stopped = false;
  let closingCheck: ReturnType<typeof setInterval> | undefined;
  let watchedUntil = 0;
  /**
   * A server that refuses a frame sends close code 1009, but may leave the connection open. Then
   * the `close` event comes up to 30 seconds later, and until then only `readyState` shows it.
   */
  const checkClosing = () => {
    const isOpen = socket.readyState === socket.OPEN;
    if (isOpen && socket.bufferedAmount > 0) watch();
    if (isOpen && Date.now() < watchedUntil) return;
    clearInterval(closingCheck);
    closingCheck = undefined;
    if (!isOpen) events.onOverflow();
  };
  const watch = () => {
    watchedUntil = Date.now() + CLOSING_WATCH_MS;
    closingCheck ??= setInterval(checkClosing, CLOSING_CHECK_MS);
  };
  return {
    OPEN: socket.OPEN,
    get readyState() {
      return stopped ? socket.CLOSED : socket.readyState;
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    addEventListener: socket.addEventListener.bind(socket),
    removeEventListener: socket.removeEventListener.bind(socket),
    send(data) {
      if (stopped || socket.readyState !== socket.OPEN) return;
      socket.send(data);
      if (data.length <= LARGE_FRAME_CHARACTERS) return;
      events.onLargeFrame();
      watch();
    },
    close(code) {
      if (!stopped && code === CLOSE.tooManyFrames.code) events.onOverflow();
    },
    stop() {
      stopped = true;
      clearInterval(closingCheck);
    },
  };
}
