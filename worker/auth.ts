import { Server } from 'partyserver';
import { AuthRoom } from '../src/auth/auth-room.ts';
import { argon2, roomHost, type WorkerMount } from './host.ts';
import type { RoomClass } from './room-class.ts';

/** Rooms for accounts, password hashing, rate limits and the log key. */
export const authClass = (mount: WorkerMount): RoomClass =>
  class Auth extends Server<Cloudflare.Env> {
    readonly #room: AuthRoom;

    constructor(state: DurableObjectState, env: Cloudflare.Env) {
      super(state, env);
      const host = roomHost(mount, 'auth', state, env, () => this.getConnections());
      this.#room = new AuthRoom({ ...host, name: () => state.id.name, argon2 });
    }

    override onStart(): Promise<void> {
      // On an error this ends the instance; PartyServer would send the stack trace to the client.
      return this.ctx.blockConcurrencyWhile(() => this.#room.start());
    }

    override onRequest(request: Request): Promise<Response> {
      return this.#room.request(request);
    }

    override onAlarm(): Promise<void> {
      return this.#room.alarm();
    }
  };
