import { expect, inject, test } from 'vitest';
import {
  connect,
  makeClient,
  memoryStorage,
  signedInClient,
  untilStatus,
} from '../helpers/devices/clients.ts';
import { askAdmin, pathOfAccount } from '../helpers/requests/operator.ts';
import { NAMESPACE, PASSWORD } from '../helpers/requests/users.ts';

test('a disabled account ends the connection for good, and the client says why', async () => {
  const storage = memoryStorage();
  const client = await signedInClient({ storage });
  const { email } = client.currentSession!.user;
  const connection = connect(client);
  await untilStatus(connection, 'online');
  const path = await pathOfAccount({ url: inject('url'), namespace: NAMESPACE, email });
  await askAdmin('POST', `${path}/disable`);

  await untilStatus(connection, 'signed-out');
  expect(connection.state.reason).toMatchObject({ code: 'accountDisabled' });
  connection.resume();
  expect(connection.state.status).toBe('signed-out');
  expect(client.currentSession).toBeUndefined();
  expect(makeClient({ storage }).currentSession).toBeUndefined();

  const credentials = { email, password: PASSWORD };
  await expect(client.signIn(credentials)).rejects.toMatchObject({
    code: 'account_disabled',
    status: 403,
  });
  await askAdmin('POST', `${path}/enable`);
  await client.signIn(credentials);
  await connect(client).saved();
});
