import { expect, onTestFinished, test } from 'vitest';
import { connect, untilStatus } from '../../helpers/devices/clients.ts';
import { accountOf, newSharedStore } from '../../helpers/sharing/shared-stores.ts';

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

test('a client learns at once that it is demoted, raised and removed', async () => {
  const { store, owner, editor } = await newSharedStore();
  const id = await accountOf(editor, store);
  const connection = connect(editor, { store });
  connect(editor);
  const end = editor.stores.subscribe(() => undefined);
  onTestFinished(end);
  const listed = () => editor.stores.value?.map(({ role }) => role);
  for (const role of ['editor', 'viewer', 'owner'] as const) {
    await owner.stores.setRole(store, id, role);
    await expect.poll(() => connection.role).toBe(role);
    await expect.poll(listed).toEqual([role]);
    connection.store.setValue('as', role);
    await connection.saved();
    expect(connection.store.getValue('as')).toBe(role === 'viewer' ? 'editor' : role);
  }
  await owner.stores.removeMember(store, id);
  await untilStatus(connection, 'refused');
  await expect.poll(listed).toEqual([]);
});
