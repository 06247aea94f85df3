import { env } from 'cloudflare:workers';
import { type Connection, type ConnectionContext, Server } from 'partyserver';
import { readConfig } from '../src/config/config.ts';
import { UserRoom } from '../src/room/user-room.ts';
import { roomHost, type WorkerMount } from './host.ts';
import type { RoomClass } from './room-class.ts';

/** One room per account. */
export const userClass = (mount: WorkerMount): RoomClass =>
  class User extends Server<Cloudflare.Env> {
    /** PartyServer reads it whenever it creates an instance. */
    static override get options() {
      return { hibernate: readConfig(mount.settings(env)).HIBERNATE === 'on' };
    }

    readonly #room: UserRoom;

    constructor(state: DurableObjectState, env: Cloudflare.Env) {
      super(state, env);
      this.#room = new UserRoom(roomHost(mount, 'user', state, env, () => this.getConnections()));
    }

    override onStart(): Promise<void> {
      // On an error this ends the instance; PartyServer would send the stack trace to the client.
      return this.ctx.blockConcurrencyWhile(() => this.#room.start());
    }

    override onConnect(connection: Connection, { request }: ConnectionContext): Promise<void> {
      return this.#room.connect(connection, request);
    }

    override onMessage(connection: Connection, data: string | ArrayBuffer): Promise<void> {
      return this.#room.message(connection, data);
    }

    override onClose(connection: Connection): Promise<void> {
      return this.#room.close(connection);
    }

    override onError(connection: Connection): Promise<void> {
      return this.#room.close(connection);
    }

    override onRequest(request: Request): Promise<Response> {
      return this.#room.request(request);
    }

    override onAlarm(): Promise<void> {
      return this.#room.alarm();
    }
  };
