import type * as Party from 'partykit/server';
import { AuthRoom } from '../src/auth/auth-room.ts';
import type { RoomHost } from '../src/platform.ts';
import { argon2, enter, type PartyMount, roomHost } from './host.ts';
import type { RoomClass } from './room-class.ts';

/** The auth party: rooms for accounts, password hashing, rate limits and the log key. */
export const authParty = (mount: PartyMount): RoomClass =>
  class Auth implements Party.Server {
    static readonly onBeforeRequest = enter(mount);
    static readonly onBeforeConnect = enter(mount);

    readonly #host: RoomHost;
    readonly #room: AuthRoom;

    constructor(readonly room: Party.Room) {
      this.#host = roomHost(mount, room, 'auth');
      this.#room = new AuthRoom({ ...this.#host, name: () => nameOf(room), argon2 });
    }

    onStart(): Promise<void> {
      return this.room.blockConcurrencyWhile(() => this.#room.start());
    }

    onRequest(request: Party.Request): Promise<Response> {
      return this.#room.request(request as unknown as Request);
    }

    async onAlarm(): Promise<void> {
      await this.#room.alarm();
      if (!this.#host.rooms()) setTimeout(() => this.#discardInstance());
    }

    /**
     * Discards an instance that cannot reach the hashing rooms. The next request creates one that
     * can.
     */
    #discardInstance(): void {
      const broken = () =>
        Promise.reject(new Error('an alarm woke this room without access to other rooms'));
      this.room.blockConcurrencyWhile(broken).catch(() => undefined);
    }
  };

/** Reading the name throws in a room that an alarm woke; it is undefined then. */
function nameOf(room: Party.Room): string | undefined {
  try {
    return room.id;
  } catch {
    return undefined;
  }
}
