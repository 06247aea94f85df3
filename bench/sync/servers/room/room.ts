import type * as Party from 'partykit/server';
import User from '../../../../party/user.ts';
import { DEVICE_HEADER, type ProvenDevice } from '../../../../src/operations/proven-access.ts';
import { countKeys, type KeyCount, keyCount } from '../key-count.ts';

const ANYBODY: ProvenDevice = {
  session_hash: 'bench',
  expires_at: '9999-12-31T23:59:59.999Z',
  protocol: 'sync',
};

/**
 * Our user room without the edge, so that a thousand rooms do not need a thousand accounts. It
 * counts storage keys if COUNT_KEYS is on.
 */
export default class Room implements Party.Server {
  static readonly onFetch = () => new Response('ok');
  static readonly onBeforeConnect = (request: Party.Request) => {
    request.headers.set(DEVICE_HEADER, JSON.stringify(ANYBODY));
    return request;
  };

  readonly options: Party.ServerOptions;
  readonly #user: Party.Server;
  readonly #keys: KeyCount = keyCount();

  constructor(room: Party.Room) {
    this.#user = new User(room.env.COUNT_KEYS === 'on' ? countingRoom(room, this.#keys) : room);
    this.options = this.#user.options ?? {};
  }

  onStart(): void | Promise<void> {
    return this.#user.onStart?.();
  }

  onConnect(connection: Party.Connection, context: Party.ConnectionContext): void | Promise<void> {
    return this.#user.onConnect?.(connection, context);
  }

  onMessage(data: string | ArrayBuffer, connection: Party.Connection): void | Promise<void> {
    return this.#user.onMessage?.(data, connection);
  }

  onClose(connection: Party.Connection): void | Promise<void> {
    return this.#user.onClose?.(connection);
  }

  onRequest(): Response {
    return Response.json(this.#keys);
  }

  onAlarm(): void | Promise<void> {
    return this.#user.onAlarm?.();
  }
}

Room satisfies Party.Worker;

function countingRoom(room: Party.Room, keys: KeyCount): Party.Room {
  const storage = countKeys(room.storage, keys);
  return new Proxy(room, {
    get: (target, name) => (name === 'storage' ? storage : Reflect.get(target, name, target)),
  });
}
