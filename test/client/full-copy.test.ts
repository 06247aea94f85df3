import { createMergeableStore } from 'tinybase';
import { expect, onTestFinished, test } from 'vitest';
import type { Client } from '../../client/client.ts';
import { anotherDevice, connect, signedInClient, untilStatus } from '../helpers/devices/clients.ts';

const ROWS = 3_000;

/** A user whose store has this many rows. */
async function filledClient(rows: number): Promise<Client> {
  const client = await signedInClient();
  const { store, saved } = connect(client);
  store.transaction(() => {
    for (let row = 0; row < rows; row++) {
      store.setRow('tasks', `row${row}`, { title: `task ${row}`, tags: ['a', row], done: null });
    }
  });
  store.delCell('tasks', 'row1', 'title', true);
  await saved();
  return client;
}

/** A new device whose calls are recorded, and pass through `answer`. */
async function newDevice(client: Client, answer = (response: Response) => response) {
  const copies: Response[] = [];
  const device = await anotherDevice(client, {
    async fetch(url, init) {
      const response = await fetch(url, init);
      if (!`${url}`.endsWith('/snapshot')) return response;
      copies.push(response);
      return answer(response);
    },
  });
  return { device, copies };
}

const hashesOf = (store = createMergeableStore()) => store.getMergeableContentHashes()[0];

test('a new device loads a large store as one compressed copy, and keeps what its app writes', async () => {
  const client = await filledClient(ROWS);
  const { device, copies } = await newDevice(client);
  const joining = connect(device);
  joining.store.setCell('tasks', 'row2', 'title', 'mine');
  let transactions = 0;
  joining.store.addDidFinishTransactionListener(() => {
    transactions += 1;
    if (transactions !== 2) return;
    queueMicrotask(() => joining.store.setCell('tasks', 'row3', 'title', 'mine too'));
  });
  await untilStatus(joining, 'online');
  await joining.saved();
  expect(copies).toHaveLength(1);
  expect(copies[0]!.headers.get('content-encoding')).toBe('gzip');
  const plain = connect(await anotherDevice(client));
  await untilStatus(plain, 'online');
  expect(hashesOf(plain.store)).toBe(hashesOf(joining.store));
  expect(joining.store.getRowCount('tasks')).toBe(ROWS);
  expect(joining.store.getRow('tasks', 'row1')).toEqual({ tags: ['a', 1], done: null });
  expect(plain.store.getCell('tasks', 'row2', 'title')).toBe('mine');
  expect(plain.store.getCell('tasks', 'row3', 'title')).toBe('mine too');
});

test('a new device gets a small store through the socket, without a copy', async () => {
  const client = await filledClient(20);
  const { device, copies } = await newDevice(client);
  const joining = connect(device);
  await untilStatus(joining, 'online');
  expect(joining.store.getRowCount('tasks')).toBe(20);
  expect(copies).toEqual([]);
});

test.each([
  ['is missing, as on an older server', () => new Response('nothing', { status: 404 })],
  ['is a page of a proxy', () => new Response('<html>\n</html>\n')],
  ['is empty', () => new Response('')],
])('a new device whose copy %s exchanges hashes instead', async (_, answer) => {
  const { device, copies } = await newDevice(await filledClient(ROWS), answer);
  const joining = connect(device);
  onTestFinished(() => joining.close());
  await untilStatus(joining, 'online');
  expect(joining.store.getRowCount('tasks')).toBe(ROWS);
  expect(copies).toHaveLength(1);
});
