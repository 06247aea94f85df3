import type * as Party from 'partykit/server';
import { edgePseudonyms as pseudonyms } from '../src/auth/audit/pseudonyms.ts';
import { limitEdgeRequests as limitRequests } from '../src/auth/rate-limit/request-counter.ts';
import { findFaults, readConfig } from '../src/config/config.ts';
import { handleRequest } from '../src/edge/app.ts';
import { missingRooms } from '../src/edge/mount/missing-rooms.ts';
import type { readPartyOptions } from '../src/edge/mount/read-options.ts';
import { logger } from '../src/log.ts';
import type { LoadWasm, RoomHost, RoomStub, Rooms } from '../src/platform.ts';

/** Implements the interfaces of src/platform.ts with PartyKit's stubs, storage and connections. */

export type PartyMount = ReturnType<typeof readPartyOptions>;

type Parties = Party.Context['parties'];

const rooms = ({ parties: names }: PartyMount, parties: Parties): Rooms => ({
  auth: (name) => stub(parties, names.auth, name),
  user: (name) => stub(parties, names.user, name),
});

const stub = (parties: Parties, party: string, name: string): RoomStub => ({
  fetch: (path, init) => parties[party]!.get(name).fetch(path, init),
});

export function roomHost(mount: PartyMount, room: Party.Room, kind: 'auth' | 'user'): RoomHost {
  roomsFor(mount, room);
  return {
    log: logger('partykit', kind),
    storage: room.storage,
    config: readConfig(mount.settings(room.env)),
    connections: () => room.getConnections(),
    rooms: () => roomsFor(mount, room),
  };
}

/** PartyKit's bundler finds WebAssembly modules only by a relative path. */
export const argon2: LoadWasm = async () =>
  (await import('../node_modules/@phi-ag/argon2/dist/argon2.wasm')).default;

/** The parties that this isolate last received. They are the same for all rooms. */
let seen: Parties | undefined;

/**
 * No room can read the parties in an alarm, and one that an alarm woke not even later. Those that
 * another room or the edge in this isolate receives then serve it too.
 */
function roomsFor(mount: PartyMount, room: Party.Room): Rooms | undefined {
  try {
    seen = room.context.parties;
  } catch {
    // PartyKit has not passed them to this room, or this is an alarm.
  }
  return seen && rooms(mount, seen);
}

const PARTY = 'has to be a party in partykit.json';

/** Makes the public fetch handler of every party. It calls the edge, never a room directly. */
export const enter =
  (mount: PartyMount) =>
  (request: Party.Request, lobby: Party.FetchLobby): Promise<Response> => {
    seen = lobby.parties;
    const settings = mount.settings(lobby.env);
    return handleRequest(request as unknown as Request, {
      engine: 'partykit',
      mount,
      log: logger('partykit', 'edge'),
      config: readConfig(settings),
      faults: missingRooms(mount.parties, lobby.parties, PARTY) ?? findFaults(settings),
      rooms: rooms(mount, lobby.parties),
      argon2,
      page: () => mount.page(lobby),
      dashboard: () => mount.dashboard(lobby),
      pseudonyms,
      limitRequests,
    });
  };
