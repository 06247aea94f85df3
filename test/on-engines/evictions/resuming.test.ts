import { expect, test } from 'vitest';
import { untilStatus } from '../../helpers/devices/clients.ts';
import { ResumingClients } from '../../helpers/devices/resuming-clients.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** Both engines evict a room after 10 idle seconds, without a notification. */
const UNTIL_EVICTED_MS = 13_000;

/** The output of a server comes later than its responses, on a busy machine by seconds. */
const LOGGED = { timeout: 10_000 };

const untilEvicted = () => new Promise((resolve) => setTimeout(resolve, UNTIL_EVICTED_MS));

test('a client resumes with an evicted room, and edits it, at the cost of the edits', async () => {
  const server = await startServer({ vars: { HIBERNATE: 'on', HEARTBEAT_SECONDS: 0 } });
  /** Counts how often the room came back into memory with one socket, and with two. */
  const wakings = (devices: number) =>
    server.output().split(`"event":"start","devices":${devices}`).length - 1;
  const clients = await ResumingClients.start(server.url);
  const { leaving, staying } = clients;
  leaving.pause();
  await untilStatus(leaving, 'offline');
  staying.store.setCell('tasks', '1', 'n', 'theirs');
  await staying.saved();
  await untilEvicted();

  clients.startCounting();
  leaving.store.setCell('tasks', '2', 'n', 'mine').delRow('tasks', '3');
  await clients.meet();
  await expect.poll(() => wakings(1), LOGGED).toBe(1);
  expect(leaving.store.getCell('tasks', '1', 'n')).toBe('theirs');
  expect(staying.store.getCell('tasks', '2', 'n')).toBe('mine');
  expect(staying.store.hasRow('tasks', '3')).toBe(false);
  await untilEvicted();

  leaving.store.setCell('tasks', '4', 'n', 'mine');
  await clients.meet();
  await expect.poll(() => wakings(2), LOGGED).toBe(1);
  expect(staying.store.getCell('tasks', '4', 'n')).toBe('mine');
  clients.expectFewBytes();
}, 90_000);
