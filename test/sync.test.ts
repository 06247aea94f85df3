import { expect, it, vi } from 'vitest';
import { connectDevice } from './helpers/devices.ts';
import { bearer, newUser, post } from './helpers/users.ts';

it('keeps two devices of a user in sync, and a later one too', async () => {
  const user = await newUser();
  const ann = await connectDevice(user);
  const bob = await connectDevice(user);

  ann.store.setCell('tasks', 'one', 'title', 'Buy milk');
  bob.store.setCell('tasks', 'two', 'title', 'Drink it');

  const tasks = { one: { title: 'Buy milk' }, two: { title: 'Drink it' } };
  await vi.waitFor(() => expect(ann.store.getTable('tasks')).toEqual(tasks));
  await vi.waitFor(() => expect(bob.store.getTable('tasks')).toEqual(tasks));
  const late = await connectDevice(user);
  expect(late.store.getTable('tasks')).toEqual(tasks);
});

it('sends the heartbeat of the server to every device', async () => {
  const user = await newUser();
  const devices = await Promise.all([connectDevice(user), connectDevice(user)]);
  expect(devices.map(({ store }) => store.getValue('heartbeat'))).toEqual([undefined, undefined]);

  for (const { store } of devices) {
    await vi.waitFor(() => expect(Date.parse(String(store.getValue('heartbeat')))).not.toBeNaN(), {
      timeout: 5000,
    });
  }
});

it('closes the sockets of a session that signs out', async () => {
  const user = await newUser();
  const device = await connectDevice(user);

  await post(`${user.url}/${user.namespace}/sign-out`, '', bearer(user.session_uuid));

  expect(await device.closed).toEqual({ code: 4001, reason: 'session ended' });
});
