import { createMergeableStore } from 'tinybase';
import { createDurableObjectStoragePersister } from 'tinybase/persisters/persister-durable-object-storage';
import {
  getWsServerDurableObjectFetch,
  WsServerDurableObject,
} from 'tinybase/synchronizers/synchronizer-ws-server-durable-object';
import { countKeys, keyCount } from '../key-count.ts';

/** TinyBase's Durable Object server with TinyBase's persister for it. */
export class Room extends WsServerDurableObject {
  readonly #keys = keyCount();

  override createPersister() {
    const storage = countKeys(this.ctx.storage, this.#keys);
    return createDurableObjectStoragePersister(createMergeableStore(), storage);
  }

  override fetch(request: Request): Response | Promise<Response> {
    if (request.headers.get('upgrade')) return super.fetch(request);
    return Response.json(this.#keys);
  }
}

interface Env {
  Rooms: {
    idFromName(name: string): unknown;
    get(id: unknown): { fetch(request: Request): Promise<Response> };
  };
}

const upgrade = getWsServerDurableObjectFetch('Rooms');

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    const path = new URL(request.url).pathname.slice(1);
    if (path === 'health') return new Response('ok');
    if (request.headers.get('upgrade')) return upgrade(request, env);
    return env.Rooms.get(env.Rooms.idFromName(path)).fetch(request);
  },
};
