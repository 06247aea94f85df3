import { createMergeableStore } from 'tinybase';
import { expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Client } from '../../../client/client.ts';
import type { Connection } from '../../../client/connection/connection.ts';
import {
  anotherDevice,
  connect,
  signedInClient,
  untilStatus,
} from '../../helpers/devices/clients.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { NAMESPACE } from '../../helpers/requests/users.ts';
import { startNetworkProxy } from '../../helpers/servers/network-proxy.ts';

/** Far below the 20 seconds after which a silent device is no longer present. */
const SOON = { timeout: 5_000, interval: 5 };

const dataOf = ({ presence }: Connection) => presence.others.map(({ data }) => data);

/** Resolves with the milliseconds until a device sees exactly this. */
async function untilSeen(connection: Connection, ...data: unknown[]): Promise<number> {
  const start = performance.now();
  await expect.poll(() => dataOf(connection), SOON).toEqual(data);
  return performance.now() - start;
}

/** A device of the user that uses TinyBase's synchronizer alone. */
async function plainDevice(client: Client) {
  const { session_uuid, user } = client.currentSession!;
  const device = { url: inject('url'), namespace: NAMESPACE, email: user.email, session_uuid };
  const plain = await connectDevice(device, { store: createMergeableStore() });
  const frames: string[] = [];
  plain.socket.on('message', (data) => frames.push(`${data}`));
  return { ...plain, frames };
}

test('devices see at once what others do and that they leave, and plain devices see nothing of it', async () => {
  const client = await signedInClient();
  const [ann, bob] = [connect(client), connect(await anotherDevice(client))];
  await Promise.all([untilStatus(ann, 'online'), untilStatus(bob, 'online')]);
  const plain = await plainDevice(client);
  bob.presence.subscribe(() => undefined);
  ann.presence.set({ cursor: [1, 2] });
  const set = await untilSeen(bob, { cursor: [1, 2] });
  for (let x = 0; x < 500; x++) ann.presence.set({ cursor: [x, x] });
  await untilSeen(bob, { cursor: [499, 499] });
  ann.presence.clear();
  await untilSeen(bob);
  ann.presence.set('typing');
  await untilSeen(bob, 'typing');
  ann.pause();
  const left = await untilSeen(bob);
  ann.resume();
  await untilSeen(bob, 'typing');
  await ann.close();
  await untilSeen(bob);
  console.log(`presence seen after ${set.toFixed(0)} ms, gone after ${left.toFixed(0)} ms`);

  plain.store.setValue('colour', 'green');
  await expect.poll(() => bob.store.getValue('colour')).toBe('green');
  bob.store.setValue('colour', 'red');
  await expect.poll(() => plain.store.getValue('colour')).toBe('red');
  expect(plain.frames.filter((frame) => /presence|typing|cursor/.test(frame))).toEqual([]);
  expect(plain.socket.readyState).toBe(plain.socket.OPEN);
});

test('a device that comes later sees who is present', async () => {
  const client = await signedInClient();
  const ann = connect(client);
  ann.presence.set('ann');
  await untilStatus(ann, 'online');
  const late = connect(await anotherDevice(client));
  late.presence.set('late');
  onTestFinished(() => late.close());
  await untilSeen(late, 'ann');
  await untilSeen(ann, 'late');
  expect(ann.presence.others).toEqual([{ device: expect.any(String), data: 'late' }]);
});

test('a device that comes back before its half-open connection has ended is seen once', async () => {
  const proxy = await startNetworkProxy(inject('url'));
  const [server, frozen] = [inject('url'), proxy.url].map((url) => new URL(url).host);
  class ProxiedSocket extends WebSocket {
    constructor(url: string) {
      super(url.replace(server!, frozen!));
    }
  }
  const client = await signedInClient({ WebSocket: ProxiedSocket });
  const [ann, bob] = [connect(client), connect(await anotherDevice(client))];
  ann.presence.set('ann');
  bob.presence.set('bob');
  await untilSeen(bob, 'ann');
  await untilSeen(ann, 'bob');
  const { others } = bob.presence;
  proxy.freeze();
  ann.pause();
  ann.resume();
  await untilSeen(ann, 'bob');
  expect(bob.presence.others).toBe(others);
  ann.presence.set('moved');
  await untilSeen(bob, 'moved');
});
