import { cpuSeconds } from '../../../dev/process-tree.ts';
import { pause } from '../pause.ts';
import type { Scenario } from '../scenario.ts';
import { type Room, SERVERS, type Server } from '../server.ts';
import { percentile } from '../statistics.ts';
import { LoadGenerator } from './load-generator.ts';

const EDITS_PER_SECOND = 100;
const WARM_UP_EDITS = 200;
const EDITS = 600;

export interface SteadyRate {
  /** Latency from sender to receiver in milliseconds, over all edits and receivers. */
  p50: number;
  p99: number;
  /** CPU seconds per 1,000 edits. */
  cpu: number;
}

/** One sender sends edits at even intervals, slowly enough that no server batches them. */
export async function measureSteadyRate(
  server: Server,
  room: Room,
  receivers: number,
): Promise<SteadyRate> {
  const load = await LoadGenerator.open(room, receivers);
  const sentAt: number[] = [];
  const latencies: number[] = [];
  try {
    await sendEvenly(load, WARM_UP_EDITS, []);
    load.onDelivery = (before, last) => {
      const now = performance.now();
      for (let edit = before + 1; edit <= last; edit++) latencies.push(now - sentAt[edit]!);
    };
    const cpu = cpuSeconds(server.pid);
    await sendEvenly(load, EDITS, sentAt);
    const used = cpuSeconds(server.pid) - cpu;
    return {
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      cpu: (used / EDITS) * 1000,
    };
  } finally {
    load.close();
  }
}

async function sendEvenly(load: LoadGenerator, edits: number, sentAt: number[]): Promise<void> {
  const start = performance.now();
  for (let count = 0; count < edits; count++) {
    const due = start + (count * 1000) / EDITS_PER_SECOND;
    await pause(Math.max(0, due - performance.now()));
    sentAt[load.sent + 1] = performance.now();
    load.send(1);
  }
  await load.untilDelivered();
}

export const steadyRateTo1: Scenario = {
  name: 'steady-rate-1',
  servers: ['relay', 'durable-relay', 'ours'],
  measure: async (server) => ({
    cpuSteadyRate: (await measureSteadyRate(server, await server.newRoom(), 1)).cpu,
  }),
};

export const steadyRateTo10: Scenario = {
  name: 'steady-rate-10',
  servers: SERVERS,
  measure: async (server) => {
    const { p50, p99 } = await measureSteadyRate(server, await server.newRoom(), 10);
    return { p50, p99 };
  },
};
