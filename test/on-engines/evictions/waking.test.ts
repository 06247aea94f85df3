import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { connectPersister } from '../../helpers/devices/persisters.ts';
import { eventually } from '../../helpers/requests/eventually.ts';
import { newUser } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** Both engines evict a room after 10 idle seconds, without a notification. */
const UNTIL_EVICTED_MS = 13_000;

/** A room with three sockets: two synchronizing devices and one persister client. */
async function fillRoom(url: string) {
  const user = await newUser({ url });
  const [ann, bob] = [await connectDevice(user), await connectDevice(user)];
  const eve = await connectPersister(user);
  const stores = [ann.store, bob.store, eve.store];
  ann.store.setTables({ tasks: BEFORE });
  await eventually(() => expect(eve.store.getTables()).toEqual(ann.store.getTables()));
  return { user, ann, bob, eve, stores };
}

type Room = Awaited<ReturnType<typeof fillRoom>>;

const BEFORE = { kept: { title: 'Before' }, gone: { title: 'Before' } };
const LARGE = 'x'.repeat(1_000_000);

/** The messages of surviving sockets that wake the room, and the expected tasks after each. */
const WAYS: [name: string, wake: (room: Room) => unknown, tasks: object][] = [
  [
    'an edit',
    ({ ann }) => ann.store.setCell('tasks', 'kept', 'title', 'After'),
    { ...BEFORE, kept: { title: 'After' } },
  ],
  ['a deletion', ({ bob }) => bob.store.delRow('tasks', 'gone'), { kept: BEFORE.kept }],
  [
    "a persister's edit",
    ({ eve }) => eve.store.setCell('tasks', 'new', 'title', 'After'),
    { ...BEFORE, new: { title: 'After' } },
  ],
  ["a persister's deletion", ({ eve }) => eve.store.delRow('tasks', 'gone'), { kept: BEFORE.kept }],
  [
    'edits of all three at once',
    ({ stores }) => {
      for (const [index, store] of stores.entries()) store.setCell('tasks', 'kept', `${index}`, 1);
    },
    { ...BEFORE, kept: { title: 'Before', 0: 1, 1: 1, 2: 1 } },
  ],
  [
    'an edit of almost a frame',
    ({ ann }) => ann.store.setCell('tasks', 'kept', 'title', LARGE),
    { ...BEFORE, kept: { title: LARGE } },
  ],
];

test('a message of a surviving socket wakes an evicted room, and is accepted, forwarded and stored', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-waking-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const vars = { HIBERNATE: 'on', HEARTBEAT_SECONDS: 0 };
  const server = await startServer({ persist, vars });
  onTestFinished(() => server.stop());
  /** Counts how often a room with its three sockets came back into memory. */
  const wakings = () => server.output().split('"event":"start","devices":3').length - 1;
  const rooms = await Promise.all(WAYS.map(() => fillRoom(server.url)));
  await new Promise((resolve) => setTimeout(resolve, UNTIL_EVICTED_MS));

  for (const [index, [name, wake, tasks]] of WAYS.entries()) {
    expect(wakings()).toBe(index);
    wake(rooms[index]!);
    await expect.poll(wakings).toBe(index + 1);
    for (const store of rooms[index]!.stores) {
      await eventually(() => expect(store.getTables(), name).toEqual({ tasks }));
    }
  }
  await server.kill();

  // On another port, where no client can restore lost data.
  const again = await startServer({ persist, vars });
  onTestFinished(() => again.stop());
  for (const [index, [name, , tasks]] of WAYS.entries()) {
    const { store } = await connectDevice({ ...rooms[index]!.user, url: again.url });
    await eventually(() => expect(store.getTables(), name).toEqual({ tasks }));
  }
}, 120_000);
