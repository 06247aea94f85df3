import { Acknowledger } from '../acknowledger.ts';
import { EditReader, EditWriter } from '../edit-frames.ts';
import { pause } from '../pause.ts';
import { RawSocket } from '../raw-socket.ts';
import type { Room } from '../server.ts';

/** One sender and several receivers in one room, all on raw sockets. */
export class LoadGenerator {
  readonly #writer = new EditWriter();
  readonly #sender: RawSocket;
  readonly #receivers: { socket: RawSocket; reader: EditReader }[];

  private constructor(sender: RawSocket, receivers: RawSocket[]) {
    this.#sender = sender;
    this.#receivers = receivers.map((socket) => {
      const reader = new EditReader();
      const acknowledger = new Acknowledger(socket);
      socket.onBytes = (bytes) => {
        const before = reader.lastSequence;
        reader.read(bytes);
        acknowledger.read(bytes);
        if (reader.lastSequence > before) this.onDelivery(before, reader.lastSequence);
      };
      return { socket, reader };
    });
  }

  /** Called when one receiver has received the edits after `before`, up to `last`. */
  onDelivery: (before: number, last: number) => void = () => {};

  static async open(room: Room, receivers: number): Promise<LoadGenerator> {
    const sockets: RawSocket[] = [];
    for (let count = 0; count <= receivers; count++) sockets.push(await RawSocket.open(room.url()));
    const [sender, ...others] = sockets;
    const load = new LoadGenerator(sender!, others);
    await load.#warmUp();
    return load;
  }

  /** Sends edits until every receiver gets one, because some servers start a room lazily. */
  async #warmUp(): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (this.delivered === 0) {
      if (Date.now() > deadline) throw new Error('the room does not deliver edits');
      this.send(1);
      await pause(50);
    }
    await this.untilDelivered();
  }

  /** Bytes that wait to be sent to the server. */
  get bufferedAmount(): number {
    return this.#sender.bufferedAmount;
  }

  /** The number of edits sent. */
  get sent(): number {
    return this.#writer.lastSequence;
  }

  /** The number of edits that every receiver has received. */
  get delivered(): number {
    let delivered = Number.POSITIVE_INFINITY;
    for (const { reader } of this.#receivers) delivered = Math.min(delivered, reader.lastSequence);
    return delivered;
  }

  send(edits: number): void {
    this.#sender.write(this.#writer.next(edits));
  }

  /** Resolves when every receiver has received every edit. */
  async untilDelivered(): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (this.delivered < this.sent) {
      if (Date.now() > deadline)
        throw new Error(`delivered ${this.delivered} of ${this.sent} edits`);
      await pause(5);
    }
  }

  close(): void {
    this.#sender.close();
    for (const { socket } of this.#receivers) socket.close();
  }
}
