import { createMergeableStore } from 'tinybase';
import { pause } from '../pause.ts';
import type { Scenario } from '../scenario.ts';
import { type Client, fill, openClient, untilFilled } from '../tinybase-client.ts';

const IDLE_DEVICES = 50;
const ROWS = 10;
/** Longer than the timeout of any sync request. */
const QUIET_MS = 1_500;

/** Counts the frames that one join causes, in both directions, on the sockets of idle devices. */
export const joinFanout: Scenario = {
  name: 'join-fanout',
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
    const fanoutFrames = frames();
    await Promise.all([...idle, joined].map((client) => client.close()));
    return { fanoutFrames };
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
