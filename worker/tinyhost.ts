import { isMounted } from '../src/edge/mount/mount-point.ts';
import type { MountOptions } from '../src/edge/mount/options.ts';
import { readWorkerOptions } from '../src/edge/mount/read-options.ts';
import { authClass } from './auth.ts';
import { enter } from './host.ts';
import type { RoomClass } from './room-class.ts';
import { userClass } from './user.ts';

export type { Variables } from '../src/edge/mount/options.ts';
export type { RoomClass } from './room-class.ts';

export interface TinyHostOptions<Env extends object = object> extends MountOptions<Env> {
  /**
   * The names of the Durable Objects' bindings in the configuration of Wrangler. By default
   * `TINYHOST_AUTH` and `TINYHOST_USER`.
   */
  bindings?: { auth?: string; user?: string };
}

export interface TinyHost<Env extends object = object> {
  /** Whether `fetch` is responsible for a request: its path is at or below the base path. */
  matches(request: Request): boolean;
  /** Responds to a request. A path that is not at or below the base path gets 404. */
  fetch(request: Request, env: Env): Promise<Response>;
  /** The class behind the binding `auth`. */
  Auth: RoomClass;
  /** The class behind the binding `user`. */
  User: RoomClass;
}

/**
 * Mounts TinyHost in a Worker. Throws a TypeError if an option is invalid. If a binding or a setting
 * is, every request is answered with 500, and the log says why.
 */
export function createTinyHost<Env extends object = object>(
  options: TinyHostOptions<Env> = {},
): TinyHost<Env> {
  const mount = readWorkerOptions(options);
  return {
    matches: (request) => isMounted(mount, request),
    fetch: (request, env) => enter(mount, request, env),
    Auth: authClass(mount),
    User: userClass(mount),
  };
}
