import type * as Party from 'partykit/server';
import { readConfig } from '../src/config/config.ts';
import type { Connection } from '../src/platform.ts';
import { UserRoom } from '../src/room/user-room.ts';
import { enter, type PartyMount, roomHost } from './host.ts';
import type { RoomClass } from './room-class.ts';

/** The user party: one room per account. */
export const userParty = (mount: PartyMount): RoomClass =>
  class User implements Party.Server {
    static readonly onBeforeRequest = enter(mount);
    static readonly onBeforeConnect = enter(mount);

    readonly options: Party.ServerOptions;
    readonly #room: UserRoom;

    constructor(readonly room: Party.Room) {
      // Plain `partykit dev` hides close code 1009 from clients when rooms hibernate.
      const { HIBERNATE } = readConfig(mount.settings(room.env));
      this.options = { hibernate: HIBERNATE === 'on' };
      this.#room = new UserRoom(roomHost(mount, room, 'user'));
    }

    onStart(): Promise<void> {
      return this.room.blockConcurrencyWhile(() => this.#room.start());
    }

    onConnect(connection: Party.Connection, { request }: Party.ConnectionContext): Promise<void> {
      return this.#room.connect(connection as Connection, request as unknown as Request);
    }

    onMessage(data: string | ArrayBuffer, connection: Party.Connection): Promise<void> {
      return this.#room.message(connection as Connection, data);
    }

    onClose(connection: Party.Connection): Promise<void> {
      return this.#room.close(connection as Connection);
    }

    onRequest(request: Party.Request): Promise<Response> {
      return this.#room.request(request as unknown as Request);
    }

    onAlarm(): Promise<void> {
      return this.#room.alarm();
    }
  };
