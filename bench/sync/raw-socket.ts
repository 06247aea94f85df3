import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * A WebSocket client that costs almost nothing: it writes frames that are ready made, and looks
 * for marks in the bytes that arrive instead of taking frames apart.
 */
export class RawSocket {
  readonly #socket: Socket;
  /** Receives the bytes after the handshake, frame headers included. */
  onBytes: (bytes: Buffer) => void = () => {};

  private constructor(socket: Socket, early: Buffer) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.onBytes(bytes));
    if (early.length > 0) setImmediate(() => this.onBytes(early));
  }

  /** Opens `url` (`ws://`). Throws where the server does not switch protocols. */
  static async open(url: string): Promise<RawSocket> {
    const { hostname, port, pathname, search } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.on('error', () => {});
    socket.write(
      `${[
        `GET ${pathname}${search} HTTP/1.1`,
        `Host: ${hostname}:${port}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ].join('\r\n')}\r\n\r\n`,
    );
    return new RawSocket(socket, await readHandshake(socket));
  }

  /** Bytes that the server has not taken yet. */
  get waiting(): number {
    return this.#socket.writableLength;
  }

  /** Writes frames that {@link textFrame} made. */
  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  close(): void {
    this.#socket.destroy();
  }
}

async function readHandshake(socket: Socket): Promise<Buffer> {
  let head = Buffer.alloc(0);
  for (;;) {
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0) {
      const status = head.subarray(0, 12).toString();
      if (status !== 'HTTP/1.1 101') throw new Error(`no WebSocket: ${head.toString()}`);
      return head.subarray(end + 4);
    }
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    head = Buffer.concat([head, bytes]);
  }
}

/** One unfragmented text frame, with a mask of zeros, so that its bytes are what is sent. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length >= 65_536) throw new RangeError('too long for a raw frame');
  const short = payload.length < 126;
  const length = short
    ? [0x80 | payload.length]
    : [0xfe, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), payload]);
}
