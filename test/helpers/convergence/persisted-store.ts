import { createStore } from 'tinybase';
import {
  createPartyKitPersister,
  type PartyKitPersister,
} from 'tinybase/persisters/persister-partykit-client';
import type { ProvenDevice } from '../../../src/operations/proven-access.ts';
import type { MemoryRoom, MemorySocket } from '../in-memory/rooms/memory-room.ts';

/** A store of a client that uses TinyBase's PartyKit persister. `fetch` has to reach the room. */
export class PersistedStore {
  readonly store = createStore();
  socket: MemorySocket | undefined;
  #persister: PartyKitPersister | undefined;

  async join(room: MemoryRoom, device: Partial<ProvenDevice> = {}): Promise<void> {
    this.socket = await room.open({ ...device, protocol: 'partykit' });
    const party = { partySocketOptions: { host: 'host', room: 'room' }, name: 'user' };
    this.#persister = createPartyKitPersister(
      this.store,
      Object.assign(this.socket.clientEnd, party) as never,
    );
    void this.#persister.startAutoPersisting();
  }

  leave(): void {
    void this.#persister?.destroy();
    this.socket?.close(1006, 'the network is gone');
    this.socket = undefined;
  }
}
