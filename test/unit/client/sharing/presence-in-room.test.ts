import { expect, onTestFinished, test, vi } from 'vitest';
import type { Connection } from '../../../../client/connection/connection.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { RoomNetwork } from '../../../helpers/simulated-client/room-network.ts';

async function world() {
  const network = new RoomNetwork(await new MemoryRoom().start());
  const join = async (): Promise<Connection> => {
    const connection = network.client().connect();
    onTestFinished(() => connection.close());
    await vi.waitFor(() => expect(connection.state.status).toBe('online'));
    return connection;
  };
  return { network, join };
}

const dataOf = ({ presence }: Connection) => presence.others.map(({ data }) => data);

const untilSeen = (connection: Connection, ...data: unknown[]) =>
  vi.waitFor(() => expect(dataOf(connection)).toEqual(data), { interval: 5 });

test('devices see each other, until they withdraw, leave or pause, and after they are back', async () => {
  const { join } = await world();
  const [ann, bob, eve] = [await join(), await join(), await join()];
  bob.presence.subscribe(() => undefined);
  ann.presence.set({ cursor: 1 });
  eve.presence.set('eve');
  await untilSeen(bob, { cursor: 1 }, 'eve');
  await untilSeen(ann, 'eve');
  ann.presence.set({ cursor: 2 });
  await untilSeen(bob, { cursor: 2 }, 'eve');
  ann.presence.set(null);
  await untilSeen(bob, 'eve');
  await untilSeen(ann, 'eve');
  eve.pause();
  await untilSeen(bob);
  expect(dataOf(eve)).toEqual([]);
  ann.presence.set('ann');
  await untilSeen(bob, 'ann');
  eve.resume();
  await untilSeen(eve, 'ann');
  await untilSeen(bob, 'ann', 'eve');
  await eve.close();
  await untilSeen(bob, 'ann');
});

test('the last of many updates arrives, and others see far fewer', async () => {
  const { join } = await world();
  const [ann, bob] = [await join(), await join()];
  const seen: unknown[] = [];
  bob.presence.subscribe(() => seen.push(...dataOf(bob)));
  for (let update = 0; update < 300; update++) {
    ann.presence.set(update);
    if (update % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await untilSeen(bob, 299);
  expect(seen.length).toBeLessThan(20);
});

test('presence outlives an eviction of the room, and edits are saved beside it', async () => {
  const { network, join } = await world();
  const [ann, bob] = [await join(), await join()];
  bob.presence.subscribe(() => undefined);
  ann.presence.set('before');
  await untilSeen(bob, 'before');
  await network.room.start();
  const eve = await join();
  eve.presence.subscribe(() => undefined);
  await untilSeen(eve, 'before');
  ann.presence.set('after');
  ann.store.setValue('colour', 'green');
  await ann.saved();
  await untilSeen(bob, 'after');
  await vi.waitFor(() => expect(eve.store.getValue('colour')).toBe('green'));
});

test('devices that do not use presence send and get nothing about it', async () => {
  const { network, join } = await world();
  await join();
  const [silent] = network.sockets;
  const ann = await join();
  const bob = await join();
  bob.presence.subscribe(() => undefined);
  ann.presence.set('here');
  await untilSeen(bob, 'here');
  expect(silent?.received.filter((frame) => frame.includes('presence'))).toEqual([]);
  expect(silent?.state).not.toHaveProperty('presence');
});
