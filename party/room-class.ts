import type * as Party from 'partykit/server';

/** A party. The module that partykit.json names for it exports it as the default. */
export type RoomClass = (new (room: Party.Room) => Party.Server) & Party.Worker;
