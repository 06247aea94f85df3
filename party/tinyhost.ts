import type * as Party from 'partykit/server';
import { isMounted } from '../src/edge/mount/mount-point.ts';
import type { MountOptions, Variables } from '../src/edge/mount/options.ts';
import { readPartyOptions } from '../src/edge/mount/read-options.ts';
import { authParty } from './auth-party.ts';
import { enter } from './host.ts';
import type { RoomClass } from './room-class.ts';
import { userParty } from './user-party.ts';

export type { Variables } from '../src/edge/mount/options.ts';
export type { RoomClass } from './room-class.ts';

/**
 * The `env` of the options is that of a room or a lobby, and `page` gets the lobby, whose `assets`
 * has the files that partykit.json serves.
 */
export interface TinyHostOptions extends MountOptions<Variables, Party.FetchLobby> {
  /** The names of the parties in partykit.json. By default `auth` and `user`. */
  parties?: { auth?: string; user?: string };
}

export interface TinyHost {
  /** Whether `fetch` is responsible for a request: its path is at or below the base path. */
  matches(request: Party.Request): boolean;
  /** Responds to a request. A path that is not at or below the base path gets 404. */
  fetch(request: Party.Request, lobby: Party.FetchLobby): Promise<Response>;
  /** The party `auth`. */
  Auth: RoomClass;
  /** The party `user`. */
  User: RoomClass;
}

/**
 * Mounts TinyHost in a PartyKit project. Throws a TypeError if an option is invalid. If a party is
 * missing or a setting is invalid, every request is answered with 500, and the log says why.
 */
export function createTinyHost(options: TinyHostOptions = {}): TinyHost {
  const mount = readPartyOptions(options);
  return {
    matches: (request) => isMounted(mount, request),
    fetch: enter(mount),
    Auth: authParty(mount),
    User: userParty(mount),
  };
}
