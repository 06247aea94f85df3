import { expect, onTestFinished, test } from 'vitest';
import { startServer } from './helpers/dev-server.ts';
import { connectDevice, untilAlike } from './helpers/devices.ts';
import { newUser } from './helpers/users.ts';

/** Both engines evict a room that hibernates once it is idle for ten seconds. */
const HEARTBEAT_SECONDS = 14;

test('an eviction closes no socket, loses no edit and stops no heartbeat', async () => {
  const server = await startServer({ vars: { HIBERNATE: 'on', HEARTBEAT_SECONDS } });
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });
  const [ann, bob] = [await connectDevice(user), await connectDevice(user)];
  ann.store.setCell('t', 'r', 'before', 1);
  await expect.poll(() => bob.store.getCell('t', 'r', 'before')).toBe(1);

  // The room is idle until its alarm wakes it, with nothing in memory but what is stored.
  const heartbeat = () => bob.store.getValue('heartbeat');
  await expect.poll(heartbeat, { timeout: 2 * HEARTBEAT_SECONDS * 1000 }).toBeDefined();
  ann.store.setCell('t', 'r', 'after', 2);
  ann.store.delCell('t', 'r', 'before', true);
  await expect.poll(() => bob.store.getRow('t', 'r')).toEqual({ after: 2 });
  const first = heartbeat();
  await expect.poll(heartbeat, { timeout: 2 * HEARTBEAT_SECONDS * 1000 }).not.toBe(first);

  const late = await connectDevice(user);
  await untilAlike(ann, bob, late);
  expect(late.store.getRow('t', 'r')).toEqual({ after: 2 });
}, 90_000);
