import type { WebSocket } from 'ws';
import type { CloseEventReason } from '../../../src/protocol/close-codes.ts';

/**
 * Resolves with the server's close frame. The `close` event comes only when the connection has
 * ended, some seconds later on a hibernating dev server. Call it before the socket opens.
 */
export function closeFrameOf(socket: WebSocket): Promise<CloseEventReason> {
  let bytes = Buffer.alloc(0);
  return new Promise((resolve) => {
    socket.once('upgrade', ({ socket: stream }) => {
      const read = (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        const payload = findCloseFrame(bytes);
        if (payload) resolve({ code: payload.readUInt16BE(0), reason: `${payload.subarray(2)}` });
      };
      // Reading before `ws` does would keep the frames from it that come with the response.
      process.nextTick(() => stream.on('data', read));
    });
  });
}

const CLOSE_OPCODE = 8;

/** Parses the first close frame of a server, see RFC 6455, section 5.2. */
function findCloseFrame(bytes: Buffer): Buffer | undefined {
  for (let start = 0; start + 2 <= bytes.length; ) {
    const short = bytes[start + 1]!;
    const body = start + (short < 126 ? 2 : short === 126 ? 4 : 10);
    if (body > bytes.length) return undefined;
    const long = bytes.toString('hex', start + 2, body);
    const end = body + (short < 126 ? short : Number.parseInt(long, 16));
    if (end > bytes.length) return undefined;
    if ((bytes[start]! & 15) === CLOSE_OPCODE) return bytes.subarray(body, end);
    start = end;
  }
  return undefined;
}
