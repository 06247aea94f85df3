import { once } from 'node:events';
import { WebSocket } from 'ws';
import { pause } from '../../sync/pause.ts';

/** Without a frame for this long, an exchange is over. A room waits up to 500 ms within one. */
const QUIET_MS = 700;

/** What the sockets of one device have carried: messages, without the headers of their frames. */
export class Traffic {
  bytesUp = 0;
  bytesDown = 0;
  framesUp = 0;
  framesDown = 0;
  /** The last socket, and when it was created and was open. */
  socket: WebSocket | undefined;
  createdAt = 0;
  openedAt = 0;
  /** Called after each message from the server. */
  onMessage: (message: Buffer) => void = () => undefined;
  #lastFrameAt = 0;

  addUp(bytes: number): void {
    this.bytesUp += bytes;
    this.framesUp += 1;
    this.#lastFrameAt = performance.now();
  }

  addDown(message: Buffer): void {
    this.bytesDown += message.byteLength;
    this.framesDown += 1;
    this.#lastFrameAt = performance.now();
    this.onMessage(message);
  }

  reset(): void {
    Object.assign(this, { bytesUp: 0, bytesDown: 0, framesUp: 0, framesDown: 0 });
  }

  /** Ends the last socket. TinyBase's and Yjs' servers do not answer when a device closes one. */
  async end(): Promise<void> {
    if (!this.socket || this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.terminate();
    await closed;
  }

  /** Resolves when there has been no frame for a while. */
  async untilQuiet(): Promise<void> {
    while (performance.now() - this.#lastFrameAt < QUIET_MS) await pause(20);
  }
}

/** Returns a class of sockets that count what they carry. */
export function countingSocket(traffic: Traffic): new (url: string | URL) => WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL) {
      super(url);
      traffic.createdAt = performance.now();
      traffic.socket = this;
      this.once('open', () => {
        traffic.openedAt = performance.now();
      });
      this.on('message', (data: Buffer) => traffic.addDown(data));
    }

    override send(data: string | Uint8Array): void {
      traffic.addUp(Buffer.byteLength(data));
      super.send(data);
    }
  };
}
