import { expect, onTestFinished, test, vi } from 'vitest';
import { memoryStorage } from '../../../helpers/devices/clients.ts';
import {
  CREDENTIALS,
  clientWith,
  STORAGE_KEY,
  sessionOf,
} from '../../../helpers/simulated-client/stored-client.ts';

test('an invalid stored clock offset is ignored', () => {
  const storage = memoryStorage();
  for (const clock_offset of ['soon', null, [], {}]) {
    storage.setItem(STORAGE_KEY, JSON.stringify({ ...sessionOf('a'), clock_offset }));
    const { client } = clientWith({ storage });
    expect(client.currentSession).toBeDefined();
    expect(Math.abs(client.now() - Date.now())).toBeLessThan(1_000);
  }
});

test('an outdated stored clock offset is replaced', async () => {
  const storage = memoryStorage();
  const DAY = 86_400_000;
  storage.setItem(STORAGE_KEY, JSON.stringify({ ...sessionOf('a'), clock_offset: DAY }));
  const { client } = clientWith({
    storage,
    fetch: async () => {
      const headers = { Date: new Date().toUTCString() };
      return Response.json({ success: true, message: '' }, { headers });
    },
  });
  expect(client.now()).toBeGreaterThan(Date.now() + DAY / 2);
  await client.revokeOtherSessions();
  expect(Math.abs(client.now() - Date.now())).toBeLessThan(2_000);
  const later = clientWith({ storage }).client;
  expect(Math.abs(later.now() - Date.now())).toBeLessThan(2_000);
});

test("a new clock offset does not overwrite another tab's session", async () => {
  const storage = memoryStorage();
  const { client } = clientWith({
    storage,
    fetch: async () => {
      const headers = { Date: 'Fri, 01 Jan 2100 00:00:00 GMT' };
      return Response.json({ ...sessionOf('mine'), success: true, message: '' }, { headers });
    },
  });
  await client.signIn(CREDENTIALS);
  const another = JSON.stringify(sessionOf('another'));
  storage.setItem(STORAGE_KEY, another);
  vi.setSystemTime(Date.now() + 3_600_000);
  onTestFinished(() => void vi.useRealTimers());
  await client.revokeOtherSessions();
  expect(storage.getItem(STORAGE_KEY)).toBe(another);
});
