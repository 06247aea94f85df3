import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { OPERATOR_KEY } from '../../../src/edge/openapi/examples.ts';
import { ask, newUser, session } from '../../helpers/requests/users.ts';
import { HookReceiver } from '../../helpers/servers/hook-receiver.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

test('hooks get what happened before a kill, once the rooms are used again', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-hooks-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const options = { persist, vars: { OPERATOR_KEY } };
  const server = await startServer(options);
  const { url } = server;
  const receiver = await HookReceiver.start();
  receiver.answer = 503;
  await receiver.subscribe('todo', ['account.created', 'store.changed'], url);
  const user = await newUser({ url });
  const store = (await session(user)).user.durable_object_name;
  // The sign-up was tried before the kill. The change is not told yet.
  await expect.poll(() => receiver.ids).not.toEqual([]);
  await ask(user, 'PUT', 'store/tables/tasks/r1', { title: 'secret' });
  await server.kill();
  receiver.answer = 204;
  await startServer({ ...options, port: Number(new URL(url).port) });

  // PartyKit's dev server loses alarms on a restart; there the next request goes on.
  await ask(user, 'GET', 'store');
  await expect.poll(() => receiver.rowsOf(store), { timeout: 20_000 }).toEqual([['r1']]);
  await expect
    .poll(() => receiver.events.map(({ type }) => type).sort(), { timeout: 20_000 })
    .toEqual(['account.created', 'store.changed']);
}, 90_000);
