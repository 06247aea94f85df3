import { CLOSE } from '../../src/protocol/close-codes.ts';
import { utf8Length } from '../../src/protocol/utf8.ts';

/** PartyKit's limit of a frame, in bytes. The limit of Cloudflare Workers is higher. */
const FRAME_LIMIT = 1_048_576;

/**
 * A socket for TinyBase's synchronizer. The synchronizer can send and receive, but not close it.
 */
export interface SocketChannel
  extends Pick<
    WebSocket,
    'OPEN' | 'readyState' | 'bufferedAmount' | 'addEventListener' | 'removeEventListener' | 'close'
  > {
  send(data: string): void;
  /** Whether a frame was sent that is larger than PartyKit's limit. */
  readonly exceededFrameLimit: boolean;
  /** Makes the socket look closed to the synchronizer. */
  stop(): void;
}

/** `onOverflow` is called when the synchronizer gives up on a message with too many fragments. */
export function socketChannel(socket: WebSocket, onOverflow: () => void): SocketChannel {
  let stopped = false;
  let largestFrame = 0;
  return {
    OPEN: socket.OPEN,
    get readyState() {
      return stopped ? socket.CLOSED : socket.readyState;
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    get exceededFrameLimit() {
      return largestFrame > FRAME_LIMIT;
    },
    addEventListener: socket.addEventListener.bind(socket),
    removeEventListener: socket.removeEventListener.bind(socket),
    send(data) {
      if (stopped || socket.readyState !== socket.OPEN) return;
      // A character takes at most 3 bytes, so most frames need no exact count.
      if (data.length * 3 > largestFrame) largestFrame = Math.max(largestFrame, utf8Length(data));
      socket.send(data);
    },
    close(code) {
      if (!stopped && code === CLOSE.tooManyFrames.code) onOverflow();
    },
    stop() {
      stopped = true;
    },
  };
}
