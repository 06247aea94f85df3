import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMergeableStore } from 'tinybase';
import { getHlcFunctions } from 'tinybase/common';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { CellStamp } from '../../../src/document/cell-stamp.ts';
import { encodeChange } from '../../../src/document/codec/change-encoder.ts';
import { connectDevice, type Device, socketUrl } from '../../helpers/devices/devices.ts';
import { bearer, newUser, post, type User } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const MEGABYTE = 1_000_000;

test('thirty cells of 1 MB are stored, survive a restart and reach a new device', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-large-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const store = createMergeableStore();
  for (let row = 0; row < 30; row++) store.setCell('t', `${row}`, 'c', `${row}`.padEnd(MEGABYTE));
  const body = { mergeableContent: store.getMergeableContent() };
  const before = await startServer({ persist });
  const user = await newUser({ url: before.url });
  const url = `${user.url}/${user.namespace}/manual-sync`;
  const response = await post(url, body, bearer(user.session_uuid));
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  await before.stop();

  const after = await startServer({ persist });
  onTestFinished(() => after.stop());
  const device = await connectDevice({ ...user, url: after.url });
  const hashes = () => String(device.store.getMergeableContentHashes()[0]);
  await expect.poll(hashes, { timeout: 60_000 }).toBe(String(store.getMergeableContentHashes()[0]));
}, 180_000);

const ROWS = 75_000;
const ROWS_PER_FRAME = 2_500;
const CELLS = ['a', 'b', 'c', 'd'];

/** Encodes changes of four cells in each row, as a device sends them. */
function changesOf(first: number, nextHlc: () => string): string {
  const edits: CellStamp[] = [];
  for (let row = first; row < first + ROWS_PER_FRAME; row++) {
    for (const id of CELLS) {
      const cell = `${id} ${row}`.padEnd(40);
      edits.push({ table: 't', row: `${row}`, id, cell, hlc: nextHlc() });
    }
  }
  return `\n[null,3,${encodeChange(edits)}]`;
}

/** Uses a raw socket, because a TinyBase store of that size would be slower than the server. */
async function sendCells(user: User): Promise<void> {
  const socket = new WebSocket(socketUrl(user));
  await once(socket, 'open');
  const [nextHlc] = getHlcFunctions('sender');
  for (let row = 0; row < ROWS; row += ROWS_PER_FRAME) socket.send(changesOf(row, nextHlc));
  socket.close();
  await once(socket, 'close');
}

async function untilComplete({ store }: Device): Promise<number> {
  const rows = () => store.getRowCount('t');
  await expect.poll(rows, { timeout: 90_000, interval: 500 }).toBe(ROWS);
  return store.getMergeableContentHashes()[0];
}

test('300,000 small cells reach a device, survive a restart and reach a new device', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-small-cells-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const before = await startServer({ persist });
  const user = await newUser({ url: before.url });
  const watcher = await connectDevice(user);
  await sendCells(user);
  const hash = await untilComplete(watcher);
  await watcher.disconnect();
  await before.stop();

  const after = await startServer({ persist });
  onTestFinished(() => after.stop());
  const joiner = await connectDevice({ ...user, url: after.url });
  expect(await untilComplete(joiner)).toBe(hash);
  expect(joiner.store.getRow('t', '74999')).toMatchObject({ d: 'd 74999'.padEnd(40) });
}, 240_000);
