import { once } from 'node:events';
import { expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectDevice, socketUrl } from '../../test/helpers/devices/devices.ts';
import { bearer, newUser, post, type User } from '../../test/helpers/requests/users.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';
import { manualSyncBody } from '../manual-sync-body.ts';
import { peakGrowth } from '../memory.ts';

const MB = 1_000_000;
const STORE = 20 * MB;

async function fullServer() {
  const server = await startServer({ vars: { HIBERNATE: 'off', HEARTBEAT_SECONDS: 1 } });
  onTestFinished(() => server.kill());
  const user = await newUser({ url: server.url });
  const url = `${server.url}/${user.namespace}/manual-sync`;
  const filled = await post(url, manualSyncBody(STORE), bearer(user.session_uuid));
  expect(filled.status).toBe(200);
  await filled.arrayBuffer();
  return { server, user };
}

/** Opens a socket that reads nothing until it is resumed. `code` is its close code. */
async function pausedSocket(user: User) {
  const socket = new WebSocket(socketUrl(user));
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.pause();
  const code = once(socket, 'close').then(([code]) => code as number);
  return { socket, code };
}

const askForAll = (socket: WebSocket, id: number) => socket.send(`\n["all.${id}",4,{}]`);
const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

test('closes a device that requests all content 60 times and reads nothing, at little cost', async () => {
  const { server, user } = await fullServer();
  const paused = await pausedSocket(user);
  const growth = await peakGrowth(server.pid, async () => {
    for (let id = 0; id < 60; id++) askForAll(paused.socket, id);
    await seconds(20);
  });
  console.log(
    `${inject('engine')}: 60 unread responses of 20 MB add ${Math.round(growth / MB)} MB`,
  );
  expect(growth).toBeLessThan(200 * MB);
  paused.socket.resume();
  expect(await paused.code).toBe(1013);
});

test('serves a device that reads while 32 devices request all content and read nothing', async () => {
  const { server, user } = await fullServer();
  const paused = await Promise.all(Array.from({ length: 32 }, () => pausedSocket(user)));
  const growth = await peakGrowth(server.pid, async () => {
    for (const { socket } of paused) askForAll(socket, 0);
    await seconds(10);
    const { store } = await connectDevice(user);
    await expect.poll(() => store.getRowCount('t'), { timeout: 60_000 }).toBeGreaterThan(18_000);
  });
  console.log(
    `${inject('engine')}: 32 unread responses of 20 MB add ${Math.round(growth / MB)} MB`,
  );
  expect(growth).toBeLessThan(350 * MB);
});
