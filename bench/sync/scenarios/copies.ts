import { createMergeableStore } from 'tinybase';
import { pause } from '../pause.ts';
import type { Scenario } from '../scenario.ts';
import type { Room, Server } from '../server.ts';
import { median } from '../statistics.ts';
import { CELLS_PER_ROW, type Client, fill, openClient, untilFilled } from './content.ts';
import { join } from './join.ts';

const ROWS = 10_000;
const MARKS = ROWS * CELLS_PER_ROW;
/** What TinyBase's Durable Object server needs after a start until it is idle. */
const SETTLE_MS = 2_000;
/** Most of a copy is the client's own work, whose time varies far more than the server's. */
const RESTARTS = 3;

interface Filled {
  room: Room;
  /** The device that wrote everything; it has left where the server itself keeps a copy. */
  writer: Client | undefined;
}

async function fillRoom(server: Server): Promise<Filled> {
  const room = await server.newRoom();
  const writer = await openClient(room.url());
  fill(writer.store, ROWS);
  await joinWhenComplete(room);
  return { room, writer };
}

async function joinWhenComplete(room: Room): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const complete = await join(room.url(), MARKS).catch(() => undefined);
    if (complete !== undefined) return;
  }
  throw new Error('the room was not filled');
}

/** A joiner on a warm server, with nobody else there but, for relays without a store, the writer. */
export const joins: Scenario<Filled> = {
  name: 'join',
  servers: ['durable-object', 'node', 'ours'],
  prepare: async (server, name) => {
    const filled = await fillRoom(server);
    if (name !== 'node') await filled.writer!.close();
    await pause(SETTLE_MS);
    return filled;
  },
  measure: async (_server, { room }) => ({ join: await join(room.url(), MARKS) }),
  cleanUp: async ({ writer }) => writer?.close(),
};

/** Milliseconds from nothing to a store that has it all. */
async function copy(room: Room): Promise<number> {
  const start = performance.now();
  const store = createMergeableStore();
  const filled = untilFilled(store, ROWS);
  const client = await openClient(room.url(), store);
  await filled;
  const milliseconds = performance.now() - start;
  await client.close();
  return milliseconds;
}

/** First full copies by TinyBase clients, after a restart of the server and when it is warm. */
export const copies: Scenario<Room> = {
  name: 'restart',
  servers: ['durable-object', 'ours'],
  prepare: async (server) => {
    const { room, writer } = await fillRoom(server);
    await writer!.close();
    // The client's own code has to be warm in all of the copies that count.
    for (let count = 0; count < 3; count++) await copy(room);
    return room;
  },
  measure: async (server, room) => {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let count = 0; count < RESTARTS; count++) {
      await server.restart();
      cold.push(await copy(room));
      await pause(SETTLE_MS);
      warm.push(await copy(room));
    }
    return { coldCopy: median(cold), warmCopy: median(warm) };
  },
};
