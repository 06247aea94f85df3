import { type RawSocket, textFrame } from './raw-socket.ts';

/** The id of a request for hashes by which a room learns what its devices have read. */
const REQUEST = '"read.';
const ID_LENGTH = 'read.'.length + 36;

/**
 * Responds to a room's requests for hashes, as a TinyBase client does: without a response the room
 * takes the device for one that reads nothing. A chunk of bytes may end within a request.
 */
export class Acknowledger {
  readonly #socket: RawSocket;
  #tail = Buffer.alloc(0);

  constructor(socket: RawSocket) {
    this.#socket = socket;
  }

  read(bytes: Buffer): void {
    const text = Buffer.concat([this.#tail, bytes.subarray(0, 64)]);
    this.#acknowledge(findId(bytes) ?? findId(text));
    this.#tail = Buffer.from(bytes.subarray(-ID_LENGTH));
  }

  /** A response to the last request acknowledges everything before it. */
  #acknowledge(id: string | undefined): void {
    if (id) this.#socket.write(textFrame(`\n["${id}",0,[0,0]]`));
  }
}

function findId(bytes: Buffer): string | undefined {
  const start = bytes.lastIndexOf(REQUEST) + 1;
  const id = bytes.toString('latin1', start, start + ID_LENGTH);
  return start > 0 && id.length === ID_LENGTH ? id : undefined;
}
