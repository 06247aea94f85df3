import { edgePseudonyms as pseudonyms } from '../src/auth/audit/pseudonyms.ts';
import { limitEdgeRequests as limitRequests } from '../src/auth/rate-limit/request-counter.ts';
import { findFaults, readConfig } from '../src/config/config.ts';
import { handleRequest } from '../src/edge/app.ts';
import { missingRooms } from '../src/edge/mount/missing-rooms.ts';
import type { readWorkerOptions } from '../src/edge/mount/read-options.ts';
import { logger } from '../src/log.ts';
import type { LoadWasm, RoomHost, RoomStub, Rooms } from '../src/platform.ts';

/** Implements the interfaces of src/platform.ts with Cloudflare's stubs and storage. */

export type WorkerMount = ReturnType<typeof readWorkerOptions>;

const rooms = ({ bindings }: WorkerMount, env: object): Rooms => ({
  auth: (name) => stub(Reflect.get(env, bindings.auth), name),
  user: (name) => stub(Reflect.get(env, bindings.user), name),
});

const stub = (rooms: DurableObjectNamespace, name: string): RoomStub => ({
  fetch: (path, init) => rooms.getByName(name).fetch(`https://room${path}`, init),
});

export const roomHost = (
  mount: WorkerMount,
  kind: 'auth' | 'user',
  { storage }: DurableObjectState,
  env: object,
  connections: RoomHost['connections'],
): RoomHost => ({
  log: logger('workers', kind),
  storage,
  config: readConfig(mount.settings(env)),
  connections,
  rooms: () => rooms(mount, env),
});

export const argon2: LoadWasm = async () => (await import('@phi-ag/argon2/argon2.wasm')).default;

const BINDING = 'has to be the binding of a Durable Object in the configuration of Wrangler';

/** The public fetch handler. It calls the edge, never a room directly. */
export function enter(mount: WorkerMount, request: Request, env: object): Promise<Response> {
  const settings = mount.settings(env);
  return handleRequest(request, {
    engine: 'workers',
    mount,
    log: logger('workers', 'edge'),
    config: readConfig(settings),
    faults: missingRooms(mount.bindings, env, BINDING) ?? findFaults(settings),
    rooms: rooms(mount, env),
    argon2,
    page: () => mount.page(env),
    dashboard: () => mount.dashboard(env),
    pseudonyms,
    limitRequests,
  });
}
