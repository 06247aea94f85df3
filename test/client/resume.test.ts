import { createMergeableStore } from 'tinybase';
import { expect, onTestFinished, test } from 'vitest';
import type { Client } from '../../client/client.ts';
import { anotherDevice, connect, signedInClient, untilStatus } from '../helpers/devices/clients.ts';
import { countingSockets } from '../helpers/devices/counting-sockets.ts';
import { untilAlike } from '../helpers/devices/devices.ts';

const ROWS = 3_000;

/** A filled store on two devices; the first one has lost its connection. */
async function world() {
  const { count, WebSocket } = countingSockets();
  const client: Client = await signedInClient({ WebSocket });
  const connection = connect(client);
  connection.store.transaction(() => {
    for (let row = 0; row < ROWS; row++) {
      connection.store.setRow('tasks', `row${row}`, { title: `task ${row}`, done: false });
    }
  });
  await connection.saved();
  const other = connect(await anotherDevice(client));
  await untilStatus(other, 'online');
  connection.pause();
  await untilStatus(connection, 'offline');
  Object.assign(count, { up: 0, down: 0 });
  return { count, connection, other, client };
}

test('a reconnection costs what has changed on both sides, not what there is', async () => {
  const { count, connection, other } = await world();
  connection.store.setCell('tasks', 'row1', 'done', true);
  connection.store.delCell('tasks', 'row2', 'title', true);
  other.store.setCell('tasks', 'row3', 'title', 'theirs');
  await other.saved();
  connection.resume();
  await connection.saved();
  await untilStatus(connection, 'online');
  await untilAlike(connection, other);
  expect(connection.store.getRow('tasks', 'row3')).toEqual({ title: 'theirs', done: false });
  expect(other.store.getRow('tasks', 'row1')).toEqual({ title: 'task 1', done: true });
  expect(other.store.getRow('tasks', 'row2')).toEqual({ done: false });
  expect(count.up + count.down).toBeLessThan(2_000);
});

test('a device that was offline for longer than the log reaches gets everything by its hashes', async () => {
  const { connection, other } = await world();
  connection.store.setCell('tasks', 'row1', 'done', true);
  const text = 'x'.repeat(20_000);
  for (let round = 0; round < 60; round++) {
    other.store.setCell('tasks', 'row3', 'title', `${round} ${text}`);
    await other.saved();
  }
  connection.resume();
  await connection.saved();
  await untilAlike(connection, other);
  expect(connection.store.getCell('tasks', 'row3', 'title')).toBe(`59 ${text}`);
});

test('another store of the same user does not resume from what a first one has', async () => {
  const { client, other } = await world();
  const fresh = client.connect(createMergeableStore());
  onTestFinished(() => fresh.close());
  await fresh.saved();
  await untilStatus(fresh, 'online');
  await untilAlike(fresh, other);
});
