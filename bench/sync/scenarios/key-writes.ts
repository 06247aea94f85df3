import type { Scenario } from '../scenario.ts';
import type { KeyCount } from '../servers/key-count.ts';
import { measureThroughput } from './throughput.ts';

/** Counts the storage keys that the room writes while one sender sends at full speed. */
export const keyWrites: Scenario = {
  name: 'key-writes',
  servers: ['durable-object', 'ours-counting-keys'],
  measure: async (server) => {
    const room = await server.newRoom();
    const { edits } = await measureThroughput(server, room, 1);
    const response = await fetch(room.url().replace('ws', 'http'));
    const { written } = (await response.json()) as KeyCount;
    return { keysPerEdit: written / edits };
  },
};
