import type { Client } from '../../../client/client.ts';
import type { MemoryRoom, MemorySocket } from '../in-memory/rooms/memory-room.ts';
import { FakeNetwork, type FakeSocket } from './fake-network.ts';

/** Clients whose server is a real room in memory. It delivers frames at once. */
export class RoomNetwork {
  readonly room: MemoryRoom;
  readonly #network = new FakeNetwork();
  readonly #ends = new Map<FakeSocket, MemorySocket>();

  constructor(room: MemoryRoom) {
    this.room = room;
    this.#network.admit = (socket) => void this.#admit(socket);
    this.#network.take = (socket, frame) => void this.#deliver(socket, frame);
  }

  /** Creates a signed-in client. */
  client(): Client {
    return this.#network.client();
  }

  /** The room's ends of the open sockets, the oldest first. */
  get sockets(): MemorySocket[] {
    return [...this.#ends.values()].filter(({ closed }) => !closed);
  }

  async #admit(socket: FakeSocket): Promise<void> {
    const end = await this.room.open({ resumes: true });
    this.#ends.set(socket, end);
    end.addEventListener('message', ({ data }) => socket.receiveText(data));
    end.addEventListener('close', ({ code }) => socket.end(code));
    socket.addEventListener('close', ({ code }) => {
      end.close(code, '');
      void this.room.settle();
    });
    socket.open();
    await this.room.settle();
  }

  async #deliver(socket: FakeSocket, frame: string): Promise<void> {
    await this.room.deliver(this.#ends.get(socket)!, frame);
    await this.room.settle();
  }
}
