import { expect, test } from 'vitest';
import { listenersOf } from '../../helpers/servers/listeners.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const LOOPBACK = ['127.0.0.1', '::1'];

test('a dev server, its debugger and its tools listen only on loopback', async () => {
  const server = await startServer();
  try {
    const listeners = await listenersOf(server.pid);
    expect(listeners).toContainEqual({
      address: '127.0.0.1',
      port: Number(new URL(server.url).port),
    });
    expect(listeners.filter(({ address }) => !LOOPBACK.includes(address))).toEqual([]);
  } finally {
    await server.stop();
  }
});

test('a dev server listens on every interface if the host option says so', async () => {
  const server = await startServer({ host: '0.0.0.0' });
  try {
    const service = { address: '0.0.0.0', port: Number(new URL(server.url).port) };
    expect(await listenersOf(server.pid)).toContainEqual(service);
  } finally {
    await server.stop();
  }
});
