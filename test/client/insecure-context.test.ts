import { expect, onTestFinished, test, vi } from 'vitest';
import { connect, signedInClient, untilStatus } from '../helpers/clients.ts';

test('the client syncs where crypto and navigator have what insecure pages have, and no more', async () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  vi.stubGlobal('navigator', { onLine: true, userAgent: 'a browser' });
  onTestFinished(() => void vi.unstubAllGlobals());
  const client = await signedInClient();
  const connection = connect(client);
  await untilStatus(connection, 'online');
  connection.store.setCell('tasks', 'a', 'title', 'from a phone');
  await connection.saved();
  const { store } = await client.exportAccount();
  expect(store.tables).toEqual({ tasks: { a: { title: 'from a phone' } } });
});
