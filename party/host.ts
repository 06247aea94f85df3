import type * as Party from 'partykit/server';
import { edgePseudonyms as pseudonyms } from '../src/auth/audit/pseudonyms.ts';
import { findFaults, readConfig } from '../src/config/config.ts';
import { handleRequest } from '../src/edge/app.ts';
import { logger } from '../src/log.ts';
import type { EdgeHost, LoadWasm, RoomHost, RoomStub, Rooms } from '../src/platform.ts';

/** PartyKit's stubs, storage and connections behind the interfaces of src/platform.ts. */

type Parties = Party.Context['parties'];

const rooms = (parties: Parties): Rooms => ({
  auth: (name) => stub(parties, 'auth', name),
  user: (name) => stub(parties, 'user', name),
});

const stub = (parties: Parties, party: string, name: string): RoomStub => ({
  fetch: (path, init) => parties[party]!.get(name).fetch(path, init),
});

export function roomHost(room: Party.Room, kind: 'auth' | 'user'): RoomHost {
  const parties = partiesOf(room);
  return {
    log: logger('partykit', kind),
    storage: room.storage,
    config: readConfig(room.env),
    connections: () => room.getConnections(),
    rooms: () => parties && rooms(parties),
  };
}

/** Undefined when an alarm woke the room: reading the name throws then. */
export function nameOf(room: Party.Room): string | undefined {
  try {
    return room.id;
  } catch {
    return undefined;
  }
}

/** PartyKit's bundler finds modules of WebAssembly by their path alone. */
export const argon2: LoadWasm = async () =>
  (await import('../node_modules/@phi-ag/argon2/dist/argon2.wasm')).default;

/** The parties as this isolate saw them last; they are the same everywhere. */
let seen: Parties | undefined;

/** A room that an alarm woke is not told of the parties, not even by a later request. */
function partiesOf(room: Party.Room): Parties | undefined {
  try {
    seen = room.context.parties;
  } catch {
    // Then another room or the edge may have seen them.
  }
  return seen;
}

/** Where `serve` of partykit.json has the page's HTML. */
const PAGE = '/page.txt';

/** The public door of every party: all of them lead to the edge, none straight into a room. */
export const enter = (request: Party.Request, lobby: Party.FetchLobby): Promise<Response> => {
  const host: EdgeHost = {
    engine: 'partykit',
    log: logger('partykit', 'edge'),
    config: readConfig(lobby.env),
    faults: findFaults(lobby.env),
    rooms: rooms(lobby.parties),
    argon2,
    page: async () => ((await lobby.assets.fetch(PAGE)) ?? undefined) as Response | undefined,
    pseudonyms,
  };
  seen = lobby.parties;
  return handleRequest(request as unknown as Request, host);
};
