import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../dev/free-port.ts';

test('a free port is none that systems give to outgoing connections, and none that is in use', async () => {
  const port = await freePort();
  expect(port).toBeLessThan(32_768);
  const server = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');

  const used = (port - 20_000 + 0.5) / 12_000;
  const random = vi.spyOn(Math, 'random').mockReturnValueOnce(used).mockReturnValueOnce(0.25);
  onTestFinished(() => random.mockRestore());
  expect(await freePort()).toBe(23_000);
  expect(random).toHaveBeenCalledTimes(2);
});
