import { createMergeableStore } from 'tinybase';
import { pause } from '../pause.ts';
import type { Scenario } from '../scenario.ts';
import type { Room, Server } from '../server.ts';
import { median } from '../statistics.ts';
import { CELLS_PER_ROW, type Client, fill, openClient, untilFilled } from '../tinybase-client.ts';
import { timeJoin } from './raw-join.ts';

const ROWS = 10_000;
const CELLS = ROWS * CELLS_PER_ROW;
/** TinyBase's Durable Object server needs this long after a start until it is idle. */
const SETTLE_MS = 2_000;
/** The client takes most of the time, and its time varies more than the server's. */
const RESTARTS = 3;

interface Filled {
  room: Room;
  /** The device that wrote all rows. */
  writer: Client;
}

async function fillRoom(server: Server): Promise<Filled> {
  const room = await server.newRoom();
  const writer = await openClient(room.url());
  fill(writer.store, ROWS);
  await untilComplete(room);
  return { room, writer };
}

async function untilComplete(room: Room): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const complete = await timeJoin(room.url(), CELLS).catch(() => undefined);
    if (complete !== undefined) return;
  }
  throw new Error('the room did not receive all rows');
}

/**
 * A join on a warm server, measured without a TinyBase store. The writer stays connected to
 * TinyBase's Node server, because that server stores nothing itself.
 */
export const rawJoin: Scenario<Filled> = {
  name: 'raw-join',
  servers: ['durable-object', 'node', 'ours'],
  prepare: async (server, name) => {
    const filled = await fillRoom(server);
    if (name !== 'node') await filled.writer.close();
    await pause(SETTLE_MS);
    return filled;
  },
  measure: async (_server, { room }) => ({ rawJoin: await timeJoin(room.url(), CELLS) }),
  cleanUp: ({ writer }) => writer.close(),
};

/** Measures the milliseconds until a new TinyBase client has all rows. */
async function timeInitialSync(room: Room): Promise<number> {
  const start = performance.now();
  const store = createMergeableStore();
  const filled = untilFilled(store, ROWS);
  const client = await openClient(room.url(), store);
  await filled;
  const milliseconds = performance.now() - start;
  await client.close();
  return milliseconds;
}

/** Initial syncs of TinyBase clients, on a server that has just restarted and on a warm one. */
export const initialSync: Scenario<Room> = {
  name: 'initial-sync',
  servers: ['durable-object', 'ours'],
  prepare: async (server) => {
    const { room, writer } = await fillRoom(server);
    await writer.close();
    // Warm up the client's code, which runs in this process.
    for (let count = 0; count < 3; count++) await timeInitialSync(room);
    return room;
  },
  measure: async (server, room) => {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let count = 0; count < RESTARTS; count++) {
      await server.restart();
      cold.push(await timeInitialSync(room));
      await pause(SETTLE_MS);
      warm.push(await timeInitialSync(room));
    }
    return { coldSync: median(cold), warmSync: median(warm) };
  },
};
