import { expect, inject, test } from 'vitest';
import { connect, signedInClient, untilStatus } from '../../helpers/devices/clients.ts';
import { startNetworkProxy } from '../../helpers/servers/network-proxy.ts';

test('a client connects and saves on a network with round trips of 4.5 seconds', async () => {
  const network = await startNetworkProxy(inject('url'));
  const client = await signedInClient({ url: network.url });
  network.delay(2_250);
  const connection = connect(client);
  connection.store.setValue('from', 'far away');
  await untilStatus(connection, 'syncing');
  // The rest of the exchange works in the same way.
  network.delay(0);
  await connection.saved();
  expect(connection.state).toMatchObject({ status: 'online', saved: true });
});
