import { createMergeableStore } from 'tinybase';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  anotherDevice,
  connect,
  signedInClient,
  untilStatus,
} from '../../helpers/devices/clients.ts';

const DAY = 86_400_000;

/** Shifts the device's clock by this many milliseconds, until the returned function is called. */
function shiftClock(milliseconds: number): () => void {
  const rightTime = Date.now;
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => rightTime() + milliseconds);
  onTestFinished(() => spy.mockRestore());
  return () => spy.mockRestore();
}

test.each([
  ['ahead', DAY],
  ['behind', -DAY],
])('a device whose clock is a day %s syncs both ways', async (_, shift) => {
  const client = await signedInClient();
  const right = connect(client);
  right.store.setValue('from', 'the right one');
  await right.saved();
  await right.close();
  const setRight = shiftClock(shift);
  const wrong = connect(await anotherDevice(client));
  await untilStatus(wrong, 'online');
  expect(wrong.store.getValue('from')).toBe('the right one');
  wrong.store.setValue('from', 'the wrong one');
  await wrong.saved();
  await wrong.close();
  setRight();
  const later = connect(client);
  await untilStatus(later, 'online');
  expect(later.store.getValue('from')).toBe('the wrong one');
  later.store.setValue('from', 'the right one again');
  await later.saved();
  expect(later.state.reason).toBeUndefined();
});

test('writes too far in the future by a store with its own clock are reported', async () => {
  const client = await signedInClient();
  const store = createMergeableStore(undefined, () => Date.now() + DAY);
  store.setValue('from', 'tomorrow');
  const connection = client.connect(store);
  onTestFinished(() => connection.close());
  await expect(connection.saved()).rejects.toMatchObject({ code: 'clock_ahead' });
  expect(connection.state).toMatchObject({ saved: false, reason: { code: 'clock_ahead' } });
});
