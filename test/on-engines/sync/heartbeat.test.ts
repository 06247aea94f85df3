import { expect, test } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { newUser } from '../../helpers/requests/users.ts';

// The shared server sends a heartbeat every second instead of every ten.

test('every device receives the same heartbeats, none before the first interval', async () => {
  const user = await newUser();
  const one = await connectDevice(user);
  const two = await connectDevice(user);
  expect(one.store.getValue('heartbeat')).toBeUndefined();
  await expect.poll(() => one.store.getValue('heartbeat'), { timeout: 5_000 }).toBeDefined();
  const first = one.store.getValue('heartbeat') as string;
  expect(new Date(first).toISOString()).toBe(first);
  await expect.poll(() => one.store.getValue('heartbeat'), { timeout: 5_000 }).not.toBe(first);
  await expect
    .poll(() => two.store.getValue('heartbeat'))
    .toBe(one.store.getValue('heartbeat') as string);
});

test('heartbeats stop with the last device and resume with the next', async () => {
  const user = await newUser();
  const first = await connectDevice(user);
  await expect.poll(() => first.store.getValue('heartbeat'), { timeout: 5_000 }).toBeDefined();
  await first.disconnect();
  const last = first.store.getValue('heartbeat') as string;
  const second = await connectDevice(user);
  await expect
    .poll(() => second.store.getValue('heartbeat') ?? last, { timeout: 5_000 })
    .not.toBe(last);
});
