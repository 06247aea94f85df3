import { edgePseudonyms as pseudonyms } from '../src/auth/audit/pseudonyms.ts';
import { findFaults, readConfig } from '../src/config/config.ts';
import { handleRequest } from '../src/edge/app.ts';
import { logger } from '../src/log.ts';
import type { LoadWasm, RoomHost, RoomStub, Rooms } from '../src/platform.ts';

/** Implements the interfaces of src/platform.ts with Cloudflare's stubs and storage. */

/** The bindings in wrangler.jsonc, and TinyHost's settings as variables. */
export interface Env extends Cloudflare.Env {
  AUTH: DurableObjectNamespace;
  USER: DurableObjectNamespace;
  /** The files of the page; undefined if the page is not deployed. */
  ASSETS?: Fetcher;
  [variable: string]: unknown;
}

const rooms = (env: Env): Rooms => ({
  auth: (name) => stub(env.AUTH, name),
  user: (name) => stub(env.USER, name),
});

const stub = (rooms: DurableObjectNamespace, name: string): RoomStub => ({
  fetch: (path, init) => rooms.getByName(name).fetch(`https://room${path}`, init),
});

export const roomHost = (
  kind: 'auth' | 'user',
  { storage }: DurableObjectState,
  env: Env,
  connections: RoomHost['connections'],
): RoomHost => ({
  log: logger('workers', kind),
  storage,
  config: readConfig(env),
  connections,
  rooms: () => rooms(env),
});

export const argon2: LoadWasm = async () => (await import('@phi-ag/argon2/argon2.wasm')).default;

/** The public fetch handler. It calls the edge, never a room directly. */
export const enter = (request: Request, env: Env): Promise<Response> =>
  handleRequest(request, {
    engine: 'workers',
    log: logger('workers', 'edge'),
    config: readConfig(env),
    faults: findFaults(env),
    rooms: rooms(env),
    argon2,
    page: async () => env.ASSETS?.fetch('https://assets/page.txt'),
    pseudonyms,
  });
