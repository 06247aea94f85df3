import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * A WebSocket client with almost no cost of its own: it writes encoded frames, and passes on the
 * received bytes without parsing frames.
 */
export class RawSocket {
  readonly #socket: Socket;
  /** Receives all bytes after the handshake, including frame headers. */
  onBytes: (bytes: Buffer) => void = () => {};

  private constructor(socket: Socket, early: Buffer) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.onBytes(bytes));
    if (early.length > 0) setImmediate(() => this.onBytes(early));
  }

  /** Opens a `ws://` URL. Throws if the server refuses the upgrade. */
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

  /** Bytes that wait to be sent, as in the WebSocket API. */
  get bufferedAmount(): number {
    return this.#socket.writableLength;
  }

  /** Writes frames encoded by {@link textFrame}. */
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

/** Encodes an unfragmented text frame. Its mask is zero, so that the payload stays readable. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length >= 65_536) throw new RangeError('too long for a raw frame');
  const short = payload.length < 126;
  const length = short
    ? [0x80 | payload.length]
    : [0xfe, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), payload]);
}
