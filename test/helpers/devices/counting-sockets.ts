import { WebSocket } from 'ws';

/** The bytes of all frames that were sent and received. */
export interface FrameBytes {
  up: number;
  down: number;
}

/** A WebSocket for clients, and the bytes of all frames through all sockets of that class. */
export function countingSockets(): { count: FrameBytes; WebSocket: typeof WebSocket } {
  const count = { up: 0, down: 0 };
  class CountingWebSocket extends WebSocket {
    constructor(url: string) {
      super(url);
      this.on('message', (data: Buffer) => {
        count.down += data.length;
      });
    }

    override send(data: string): void {
      count.up += data.length;
      super.send(data);
    }
  }
  return { count, WebSocket: CountingWebSocket as typeof WebSocket };
}
