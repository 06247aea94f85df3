import { cpuSeconds, residentMegabytes } from '../../../dev/process-tree.ts';
import { pause } from '../pause.ts';
import { RawSocket } from '../raw-socket.ts';
import type { Scenario } from '../scenario.ts';
import type { Server } from '../server.ts';

const ROOMS = 1_000;
const BATCH = 20;
const SETTLE_MS = 3_000;
/** Every room sends one heartbeat in this time. */
const MEASURED_MS = 10_000;

/** Measures memory and CPU of 1,000 rooms with one idle device each. */
export const idleRooms: Scenario = {
  name: 'idle-rooms',
  servers: ['relay', 'durable-relay', 'ours-without-accounts'],
  freshServers: true,
  concurrent: true,
  measure: async (server) => {
    const before = residentMegabytes(server.pid);
    const devices: RawSocket[] = [];
    while (devices.length < ROOMS) devices.push(...(await openBatch(server)));
    await pause(SETTLE_MS);
    const idleMemory = residentMegabytes(server.pid) - before;
    const cpu = cpuSeconds(server.pid);
    await pause(MEASURED_MS);
    const used = cpuSeconds(server.pid) - cpu;
    for (const device of devices) device.close();
    return { idleMemory, idleCpu: (used * 1_000_000) / MEASURED_MS };
  },
};

const openBatch = (server: Server): Promise<RawSocket[]> =>
  Promise.all(
    Array.from({ length: BATCH }, async () => RawSocket.open((await server.newRoom()).url())),
  );
