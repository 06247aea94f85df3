import { setImmediate as nextTurn } from 'node:timers/promises';
import { cpuSeconds } from '../../../dev/process-tree.ts';
import type { Scenario } from '../scenario.ts';
import { type Room, SERVERS, type Server } from '../server.ts';
import { RoomLoad } from './room-load.ts';

/** Edits that may be on their way to the slowest receiver: at most about half a second's worth. */
const MIN_WINDOW = 100;
const MAX_WINDOW = 1_000;
const EDITS_PER_WRITE = 50;
const WARM_UP_MS = 500;
const MEASURED_MS = 1_500;

export interface Flood {
  /** Edits a second that arrived at the slowest receiver. */
  rate: number;
  /** Seconds of processor per 1,000 of them. */
  cpu: number;
  /** All that were sent, warm-up included. */
  edits: number;
}

/** One sender as fast as the server takes it. */
export async function flood(server: Server, room: Room, receivers: number): Promise<Flood> {
  const load = await RoomLoad.open(room, receivers);
  try {
    await sendFor(load, WARM_UP_MS, MIN_WINDOW);
    const window = Math.max(MIN_WINDOW, Math.min(MAX_WINDOW, load.delivered));
    const start = performance.now();
    const before = load.delivered;
    const cpu = cpuSeconds(server.pid);
    await sendFor(load, MEASURED_MS, window);
    const delivered = load.delivered - before;
    const seconds = (performance.now() - start) / 1000;
    const used = cpuSeconds(server.pid) - cpu;
    await load.untilQuiet();
    return { rate: delivered / seconds, cpu: (used / delivered) * 1000, edits: load.writer.last };
  } finally {
    load.close();
  }
}

async function sendFor(load: RoomLoad, milliseconds: number, window: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const free = window - (load.writer.last - load.delivered);
    if (free >= EDITS_PER_WRITE && load.waiting === 0) load.send(EDITS_PER_WRITE);
    await nextTurn();
  }
}

export const floodOf1: Scenario = {
  name: 'flood-1',
  servers: SERVERS,
  measure: async (server) => {
    const { rate, cpu } = await flood(server, await server.newRoom(), 1);
    return { rate1: rate, cpu };
  },
};

export const floodOf10: Scenario = {
  name: 'flood-10',
  servers: SERVERS,
  measure: async (server) => ({
    rate10: (await flood(server, await server.newRoom(), 10)).rate,
  }),
};

export const floodOf100: Scenario = {
  name: 'flood-100',
  servers: SERVERS,
  measure: async (server) => ({
    rate100: (await flood(server, await server.newRoom(), 100)).rate,
  }),
};
