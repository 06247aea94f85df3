import { setImmediate as nextTurn } from 'node:timers/promises';
import { cpuSeconds } from '../../../dev/process-tree.ts';
import type { Scenario } from '../scenario.ts';
import { type Room, SERVERS, type Server } from '../server.ts';
import { LoadGenerator } from './load-generator.ts';

/** Limits for the edits in flight to the slowest receiver: about half a second of throughput. */
const MIN_WINDOW = 100;
const MAX_WINDOW = 1_000;
const EDITS_PER_WRITE = 50;
const WARM_UP_MS = 500;
const MEASURED_MS = 1_500;

export interface Throughput {
  /** Edits per second that arrived at the slowest receiver. */
  rate: number;
  /** CPU seconds per 1,000 edits. */
  cpu: number;
  /** The number of edits sent, including the warm-up. */
  edits: number;
}

/** One sender sends as fast as the server accepts edits. */
export async function measureThroughput(
  server: Server,
  room: Room,
  receivers: number,
): Promise<Throughput> {
  const load = await LoadGenerator.open(room, receivers);
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
    await load.untilDelivered();
    return { rate: delivered / seconds, cpu: (used / delivered) * 1000, edits: load.sent };
  } finally {
    load.close();
  }
}

async function sendFor(load: LoadGenerator, milliseconds: number, window: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const free = window - (load.sent - load.delivered);
    if (free >= EDITS_PER_WRITE && load.bufferedAmount === 0) load.send(EDITS_PER_WRITE);
    await nextTurn();
  }
}

export const throughputTo1: Scenario = {
  name: 'throughput-1',
  servers: SERVERS,
  measure: async (server) => {
    const { rate, cpu } = await measureThroughput(server, await server.newRoom(), 1);
    return { throughput1: rate, cpuFullSpeed: cpu };
  },
};

export const throughputTo10: Scenario = {
  name: 'throughput-10',
  servers: SERVERS,
  measure: async (server) => ({
    throughput10: (await measureThroughput(server, await server.newRoom(), 10)).rate,
  }),
};

export const throughputTo100: Scenario = {
  name: 'throughput-100',
  servers: SERVERS,
  measure: async (server) => ({
    throughput100: (await measureThroughput(server, await server.newRoom(), 100)).rate,
  }),
};
