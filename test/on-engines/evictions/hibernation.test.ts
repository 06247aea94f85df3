import { expect, it, onTestFinished } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { connectPersister } from '../../helpers/devices/persisters.ts';
import { newUser } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** Longer than the 10 idle seconds after which both engines evict a room. */
const HEARTBEAT_SECONDS = 12;

/** Allows for a busy machine. */
const BUSY = { timeout: 10_000 };

/** Counts how often a room with this many devices came back into memory. */
const wakings = (output: string, devices: number): number =>
  output
    .split('\n')
    .filter((line) => line.includes('"event":"start"') && line.includes(`"devices":${devices}`))
    .length;

it('evicts an idle room without losing a socket, an edit or a heartbeat', async () => {
  const server = await startServer({ vars: { HIBERNATE: 'on', HEARTBEAT_SECONDS } });
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });
  const ann = await connectDevice(user);
  const bob = await connectDevice(user);
  const eve = await connectPersister(user);
  const stores = [ann.store, bob.store, eve.store];
  const beats = () => Promise.all(stores.map((store) => store.getValue('heartbeat')));
  ann.store.setCell('tasks', 'one', 'title', 'Before').setValue('deleted', 1);
  // Bob can only delete what he has received.
  for (const { store } of [bob, eve]) {
    await expect.poll(() => store.getValue('deleted'), BUSY).toBe(1);
  }
  bob.store.delValue('deleted');
  await expect.poll(() => eve.store.hasValue('deleted'), BUSY).toBe(false);

  for (const round of [1, 2]) {
    const [before] = await beats();
    await expect
      .poll(async () => new Set([before, ...(await beats())]).size, { timeout: 30_000 })
      .toBe(2);
    // A device may send a later heartbeat than the room's, which the room corrects before the next
    // alarm.
    await expect.poll(() => wakings(server.output(), 3), { timeout: 30_000 }).toBe(round);
  }
  eve.store.setCell('tasks', 'two', 'title', 'From a persister');
  bob.store.setCell('tasks', 'one', 'title', 'After');

  const tasks = { one: { title: 'After' }, two: { title: 'From a persister' } };
  for (const store of stores) {
    await expect.poll(() => store.getTables(), BUSY).toEqual({ tasks });
    expect(store.getValueIds()).toEqual(['heartbeat']);
  }
  expect(ann.store.getMergeableContent()).toEqual(bob.store.getMergeableContent());
  expect(eve.frames.filter((frame) => frame.includes('From a persister'))).toEqual([]);
}, 120_000);
