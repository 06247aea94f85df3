import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { untilStatus } from '../../helpers/devices/clients.ts';
import { ResumingClients } from '../../helpers/devices/resuming-clients.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

test('clients resume with a server that was killed, at the cost of the edits on all sides', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-resuming-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const server = await startServer({ persist });
  const clients = await ResumingClients.start(server.url);
  const { leaving, staying } = clients;
  leaving.pause();
  await untilStatus(leaving, 'offline');
  staying.store.setCell('tasks', '1', 'n', 'saved before the end');
  await staying.saved();
  // Perhaps stored, perhaps not.
  staying.store.setCell('tasks', '2', 'n', 'sent before the end');
  await server.kill();
  leaving.store.setCell('tasks', '3', 'n', 'mine');
  staying.store.delRow('tasks', '4');

  clients.startCounting();
  await startServer({ persist, port: Number(new URL(server.url).port) });
  staying.resume();
  await clients.meet();
  for (const { store } of [leaving, staying]) {
    expect(store.getCell('tasks', '1', 'n')).toBe('saved before the end');
    expect(store.getCell('tasks', '2', 'n')).toBe('sent before the end');
    expect(store.getCell('tasks', '3', 'n')).toBe('mine');
    expect(store.hasRow('tasks', '4')).toBe(false);
  }
  clients.expectFewBytes();
}, 60_000);
