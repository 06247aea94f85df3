import { reactive, ref } from '@vue/reactivity';
import { expect, onTestFinished, test } from 'vitest';
import type { Client } from '../../../client/client.ts';
import type { Connection } from '../../../client/connection/connection.ts';
import { memoryStorage, signedInClient, untilStatus } from '../../helpers/devices/clients.ts';

type Wrap = <Target extends Client | Connection>(target: Target) => Target;

const WRAPS: [name: string, wrap: Wrap][] = [
  ['ref of Vue', (target) => ref(target).value as typeof target],
  ['reactive of Vue', (target) => reactive({ target }).target as typeof target],
  ['a plain proxy', (target) => new Proxy(target, {})],
];

test.each(WRAPS)('a client and its connection work behind %s', async (_, wrap) => {
  const client = wrap(await signedInClient({ storage: memoryStorage() }));
  const session = client.currentSession;
  expect(session?.session_uuid).toBeTypeOf('string');
  const connection = wrap(client.connect());
  onTestFinished(() => connection.close());
  await untilStatus(connection, 'online');
  connection.store.setCell('tasks', 'a', 'title', 'behind a proxy');
  await connection.saved();
  connection.pause();
  expect(connection.state).toMatchObject({ status: 'offline', saved: true });
  connection.resume();
  await untilStatus(connection, 'online');
  expect((await client.exportAccount()).store.tables).toMatchObject({ tasks: { a: {} } });
  await connection.close();
  const seen: unknown[] = [];
  client.subscribe((current) => seen.push(current));
  await client.signOut();
  expect(seen).toEqual([undefined]);
  expect(client.currentSession).toBeUndefined();
});

test('destructured methods work', async () => {
  const { exportAccount, now, subscribe } = await signedInClient();
  subscribe(() => undefined)();
  expect(now()).toBeTypeOf('number');
  expect(await exportAccount()).toMatchObject({ sessions: [{ current: true }] });
});
