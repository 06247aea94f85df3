import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../dev/free-port.ts';

/** What `Math.random` returns when `freePort` chooses this port. */
const chosenBy = (port: number): number => (port - 20_000 + 0.5) / 12_000;

test('a free port is none that systems give to outgoing connections, and none that is in use', async () => {
  const port = await freePort();
  expect(port).toBeLessThan(32_768);
  const server = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');

  const next = await freePort();
  const random = vi.spyOn(Math, 'random');
  onTestFinished(() => random.mockRestore());
  random.mockReturnValueOnce(chosenBy(port)).mockReturnValueOnce(chosenBy(next));
  expect(await freePort()).toBe(next);
  expect(random).toHaveBeenCalledTimes(2);
});
