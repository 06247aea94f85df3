import type { Scenario } from '../scenario.ts';
import type { KeyCount } from '../servers/key-count.ts';
import { flood } from './flood.ts';

/** Keys that are put into storage, counted inside of the room, while one sender sends at full speed. */
export const keys: Scenario = {
  name: 'keys',
  servers: ['durable-object', 'ours-counting-keys'],
  measure: async (server) => {
    const room = await server.newRoom();
    const { edits } = await flood(server, room, 1);
    const response = await fetch(room.url().replace('ws', 'http'));
    const { written } = (await response.json()) as KeyCount;
    return { keys: written / edits };
  },
};
