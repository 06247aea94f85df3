import { expect, test } from 'vitest';
import { connect, untilStatus } from '../../helpers/devices/clients.ts';
import { newSharedStore } from '../../helpers/devices/shared-stores.ts';

test('members share one store in real time, and a viewer does not write', async () => {
  const { store, owner, editor, viewer } = await newSharedStore();
  const connections = [owner, editor, viewer].map((client) => connect(client, { store }));
  await Promise.all(connections.map((connection) => untilStatus(connection, 'online')));
  connections[0]!.store.setCell('tasks', 'one', 'title', 'By Ann');
  connections[1]!.store.setCell('tasks', 'two', 'title', 'By Bob');
  const tasks = { one: { title: 'By Ann' }, two: { title: 'By Bob' } };
  for (const { store } of connections)
    await expect.poll(() => store.getTables()).toEqual({ tasks });
  await expect
    .poll(() => connections.map(({ role }) => role))
    .toEqual(['owner', 'editor', 'viewer']);
  connections[2]!.store.setCell('tasks', 'three', 'title', 'By Eve');
  expect(connections[2]!.store.getTables()).toEqual({ tasks });
});
