import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMergeableStore } from 'tinybase';
import { expect, onTestFinished, test } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { newUser, session } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

test('accounts, sessions, data and heartbeats survive a restart', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-restart-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const options = { persist, vars: { HEARTBEAT_SECONDS: 1 } };

  const before = await startServer(options);
  const user = await newUser({ url: before.url });
  const described = await session(user);
  const device = await connectDevice(user);
  device.store.setCell('tasks', 'a', 'title', 'stay').setCell('tasks', 'b', 'title', 'go');
  device.store.delRow('tasks', 'b');
  await device.disconnect();
  await before.stop();

  const after = await startServer(options);
  onTestFinished(() => after.stop());
  const again = { ...user, url: after.url };
  expect(await session(again)).toEqual(described);
  const store = createMergeableStore();
  await connectDevice(again, { store });
  await expect.poll(() => store.getTables()).toEqual({ tasks: { a: { title: 'stay' } } });
  await expect.poll(() => store.getValue('heartbeat'), { timeout: 5_000 }).toBeDefined();
});
