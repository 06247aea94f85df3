import { cpuSeconds } from '../../../dev/process-tree.ts';
import { pause } from '../pause.ts';
import type { Scenario } from '../scenario.ts';
import { SERVERS, type Server } from '../server.ts';
import { percentile } from '../statistics.ts';
import { RoomLoad } from './room-load.ts';

const EDITS_PER_SECOND = 100;
const WARM_UP_EDITS = 200;
const EDITS = 600;

interface Steady {
  /** Milliseconds from an edit's sending to its arrival, over all edits and receivers. */
  p50: number;
  p99: number;
  /** Seconds of processor per 1,000 edits. */
  cpu: number;
}

/** One sender at 100 edits a second, evenly spread: nothing waits to be merged. */
async function steady(server: Server, receivers: number): Promise<Steady> {
  const load = await RoomLoad.open(await server.newRoom(), receivers);
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

async function sendEvenly(load: RoomLoad, edits: number, sentAt: number[]): Promise<void> {
  const start = performance.now();
  for (let count = 0; count < edits; count++) {
    const due = start + (count * 1000) / EDITS_PER_SECOND;
    await pause(Math.max(0, due - performance.now()));
    sentAt[load.writer.last + 1] = performance.now();
    load.send(1);
  }
  await load.untilQuiet();
}

export const steadyOf1: Scenario = {
  name: 'steady-1',
  servers: ['relay', 'durable-relay', 'ours'],
  measure: async (server) => ({ cpuSteady: (await steady(server, 1)).cpu }),
};

export const steadyOf10: Scenario = {
  name: 'steady-10',
  servers: SERVERS,
  measure: async (server) => {
    const { p50, p99 } = await steady(server, 10);
    return { p50, p99 };
  },
};
