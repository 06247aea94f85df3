import { createMergeableStore } from 'tinybase';
import { pause } from '../pause.ts';
import type { Scenario } from '../scenario.ts';
import { type Client, fill, openClient, untilFilled } from './content.ts';

const IDLE_DEVICES = 50;
const ROWS = 10;
/** Longer than any request waits for its answer. */
const QUIET_MS = 1_500;

/** Frames, up and down, on the sockets of idle devices because of one that joins. */
export const joiner: Scenario = {
  name: 'joiner',
  servers: ['durable-object', 'node', 'ours'],
  measure: async (server) => {
    const room = await server.newRoom();
    const idle: Client[] = [];
    for (let count = 0; count < IDLE_DEVICES; count++) idle.push(await openClient(room.url()));
    fill(idle[0]!.store, ROWS);
    await Promise.all(idle.map(({ store }) => untilFilled(store, ROWS)));
    await pause(QUIET_MS);
    const frames = countFrames(idle);
    const store = createMergeableStore();
    const filled = untilFilled(store, ROWS);
    const joined = await openClient(room.url(), store);
    await filled;
    await pause(QUIET_MS);
    const joinerFrames = frames();
    await Promise.all([...idle, joined].map((client) => client.close()));
    return { joinerFrames };
  },
};

function countFrames(clients: Client[]): () => number {
  let frames = 0;
  for (const { socket } of clients) {
    socket.on('message', () => frames++);
    const send = socket.send.bind(socket) as (data: string) => void;
    socket.send = (data: unknown) => {
      frames++;
      send(data as string);
    };
  }
  return () => frames;
}
