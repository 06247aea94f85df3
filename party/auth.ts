import type * as Party from 'partykit/server';
import { AuthRoom } from '../src/auth/auth-room.ts';
import { enter, roomHost } from './host.ts';

/** The auth party: auth rooms and hashing rooms. */
export default class Auth implements Party.Server {
  static readonly onBeforeRequest = enter;
  static readonly onBeforeConnect = enter;

  readonly #room: AuthRoom;

  constructor(readonly room: Party.Room) {
    this.#room = new AuthRoom(roomHost(room));
  }

  onStart(): Promise<void> {
    return this.room.blockConcurrencyWhile(() => this.#room.start());
  }

  onRequest(request: Party.Request): Promise<Response> {
    return this.#room.request(request as unknown as Request);
  }

  onAlarm(): Promise<void> {
    return this.#room.alarm();
  }
}

Auth satisfies Party.Worker;
