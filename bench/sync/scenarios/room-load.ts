import { EditReader, EditWriter } from '../edits.ts';
import { pause } from '../pause.ts';
import { RawSocket } from '../raw-socket.ts';
import type { Room } from '../server.ts';

/** One sender and some receivers in a room of their own, all of them raw sockets. */
export class RoomLoad {
  readonly writer = new EditWriter();
  readonly #sender: RawSocket;
  readonly #receivers: { socket: RawSocket; reader: EditReader }[];

  private constructor(sender: RawSocket, receivers: RawSocket[]) {
    this.#sender = sender;
    this.#receivers = receivers.map((socket) => {
      const reader = new EditReader();
      socket.onBytes = (bytes) => {
        const before = reader.last;
        reader.read(bytes);
        if (reader.last > before) this.onDelivery(before, reader.last);
      };
      return { socket, reader };
    });
  }

  /** Called when one receiver has got the edits after `before`, up to `last`. */
  onDelivery: (before: number, last: number) => void = () => {};

  static async open(room: Room, receivers: number): Promise<RoomLoad> {
    const sockets: RawSocket[] = [];
    for (let count = 0; count <= receivers; count++) sockets.push(await RawSocket.open(room.url()));
    const [sender, ...others] = sockets;
    const load = new RoomLoad(sender!, others);
    await load.#untilDelivering();
    return load;
  }

  /** Sends edits until one gets through to everybody: some servers start a room only then. */
  async #untilDelivering(): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (this.delivered === 0) {
      if (Date.now() > deadline) throw new Error('the room delivers nothing');
      this.send(1);
      await pause(50);
    }
    await this.untilQuiet();
  }

  /** Bytes that the server has not taken yet. */
  get waiting(): number {
    return this.#sender.waiting;
  }

  /** Number of the last edit that every receiver has got. */
  get delivered(): number {
    let delivered = Number.POSITIVE_INFINITY;
    for (const { reader } of this.#receivers) delivered = Math.min(delivered, reader.last);
    return delivered;
  }

  send(edits: number): void {
    this.#sender.write(this.writer.next(edits));
  }

  /** Resolves when every edit that was sent has arrived everywhere. */
  async untilQuiet(): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (this.delivered < this.writer.last) {
      if (Date.now() > deadline)
        throw new Error(`${this.delivered} of ${this.writer.last} edits have arrived`);
      await pause(5);
    }
  }

  close(): void {
    this.#sender.close();
    for (const { socket } of this.#receivers) socket.close();
  }
}
