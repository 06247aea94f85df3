import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMergeableStore } from 'tinybase';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from './helpers/dev-server.ts';
import { connectDevice } from './helpers/devices.ts';
import { bearer, newUser, post } from './helpers/users.ts';

const MEGABYTE = 1_000_000;

test('thirty cells of a megabyte each are stored, survive a restart, and reach a new device', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-large-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const before = await startServer({ persist });
  const user = await newUser({ url: before.url });
  const store = createMergeableStore();
  for (let row = 0; row < 30; row++) store.setCell('t', `${row}`, 'c', `${row}`.padEnd(MEGABYTE));
  const body = { mergeableContent: store.getMergeableContent() };
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
