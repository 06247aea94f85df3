import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { CloseEventReason } from '../../src/protocol/close.ts';

export interface Watched {
  /** Resolves when the server's close frame is here; a `close` event waits for its connection too. */
  closeFrame: Promise<CloseEventReason>;
  isClosed(): boolean;
}

/** Opens a socket that says nothing, and watches the bytes that the server sends by it. */
export async function watchSocket(url: string): Promise<Watched> {
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  let bytes = Buffer.alloc(0);
  let closed = false;
  const closeFrame = new Promise<CloseEventReason>((resolve) => {
    socket.once('upgrade', ({ socket: stream }) => {
      stream.on('data', (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        const payload = findCloseFrame(bytes);
        if (!payload) return;
        closed = true;
        resolve({ code: payload.readUInt16BE(0), reason: payload.toString('utf8', 2) });
      });
    });
  });
  await once(socket, 'open');
  return { closeFrame, isClosed: () => closed };
}

const CLOSE_OPCODE = 8;

/** What the first close frame carries, as RFC 6455 (section 5.2) frames what a server sends. */
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
