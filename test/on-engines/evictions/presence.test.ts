import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Connection } from '../../../client/connection/connection.ts';
import {
  anotherDevice,
  connect,
  signedInClient,
  untilStatus,
} from '../../helpers/devices/clients.ts';
import { socketUrl } from '../../helpers/devices/devices.ts';
import { NAMESPACE } from '../../helpers/requests/users.ts';
import { startNetworkProxy } from '../../helpers/servers/network-proxy.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** Both engines evict a room after 10 idle seconds, without a notification. */
const UNTIL_EVICTED_MS = 13_000;
const UNTIL_GONE_MS = 30_000;

const dataOf = ({ presence }: Connection) => presence.others.map(({ data }) => data).sort();

/** Resolves with the seconds since `start` when a device sees nobody. */
async function untilAlone(connection: Connection, start: number): Promise<number> {
  const timeout = UNTIL_GONE_MS - (performance.now() - start);
  await expect.poll(() => dataOf(connection), { timeout, interval: 100 }).toEqual([]);
  return (performance.now() - start) / 1000;
}

test('presence outlives an eviction, and ends within 30 seconds of a silent death', async () => {
  const vars = { HIBERNATE: 'on', HEARTBEAT_SECONDS: 0 };
  const server = await startServer({ vars });
  const { url } = server;

  // A device whose network fails without a sign, beside one that works.
  const proxy = await startNetworkProxy(url);
  const client = await signedInClient({ url: proxy.url });
  const [dead, witness] = [connect(client), connect(await anotherDevice(client, { url }))];
  dead.presence.set('dead');
  witness.presence.set('witness');
  await expect.poll(() => dataOf(witness)).toEqual(['dead']);
  proxy.freeze();
  const frozenAt = performance.now();

  // Two devices of somebody else that say something once, and nothing again.
  const owner = await signedInClient({ url });
  const { session_uuid, user } = owner.currentSession!;
  for (const data of ['one', 'two']) {
    const device = { url, namespace: NAMESPACE, email: user.email, session_uuid };
    const socket = new WebSocket(`${socketUrl(device)}&resume=1`);
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    socket.send(`\n${JSON.stringify([null, 101, { data }])}`);
  }
  const silentAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, UNTIL_EVICTED_MS));

  const late = connect(await anotherDevice(owner, { url }));
  late.presence.set('late');
  await untilStatus(late, 'online');
  await expect.poll(() => dataOf(late)).toEqual(['one', 'two']);
  await expect.poll(() => server.output()).toContain('"event":"start","devices":2');
  const [dying, silent] = await Promise.all([
    untilAlone(witness, frozenAt),
    untilAlone(late, silentAt),
  ]);
  console.log(`gone ${dying.toFixed(1)} s after a silent death, ${silent.toFixed(1)} s of silence`);
  expect(witness.state.status).toBe('online');
}, 90_000);
