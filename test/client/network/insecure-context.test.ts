import { expect, onTestFinished, test, vi } from 'vitest';
import { connect, makeClient, untilStatus } from '../../helpers/devices/clients.ts';
import { PASSWORD, uniqueEmail } from '../../helpers/requests/users.ts';

test('the client syncs with only the crypto and navigator features of insecure contexts', async () => {
  const client = makeClient();
  const credentials = { email: uniqueEmail(), password: PASSWORD };
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  vi.stubGlobal('navigator', { onLine: true, userAgent: 'a browser' });
  onTestFinished(() => void vi.unstubAllGlobals());
  await client.signUp(credentials);
  await client.signIn(credentials);
  const connection = connect(client);
  await untilStatus(connection, 'online');
  connection.store.setCell('tasks', 'a', 'title', 'from a phone');
  await connection.saved();
  const { store } = await client.exportAccount();
  expect(store.tables).toEqual({ tasks: { a: { title: 'from a phone' } } });
});
