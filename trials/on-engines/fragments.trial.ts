import { once } from 'node:events';
import { expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startServer } from '../../test/helpers/dev-server.ts';
import { connectDevice, socketUrl } from '../../test/helpers/devices.ts';
import { newUser } from '../../test/helpers/users.ts';
import { growthDuring } from '../memory.ts';

const MB = 1_000_000;
const SOCKETS = 64;

/** 15 of 16 fragments of a megabyte: the last one never comes. */
const TEXT = 'x'.repeat(MB);
const unfinished = Array.from({ length: 15 }, (_, index) =>
  ['', '0123456789abcdef', index, 16, TEXT].join('\n'),
);

test('64 sockets with unfinished messages cost little, and other devices go on', async () => {
  const server = await startServer({ vars: { HIBERNATE: 'off', MAX_DEVICES: 80 } });
  onTestFinished(() => server.kill());
  const user = await newUser({ url: server.url });
  const codes: number[] = [];
  const growth = await growthDuring(server.pid, async () => {
    for (let count = 0; count < SOCKETS; count++) {
      const socket = new WebSocket(socketUrl(user));
      onTestFinished(() => socket.terminate());
      socket.on('close', (code) => codes.push(code)).on('error', () => undefined);
      await once(socket, 'open');
      for (const fragment of unfinished) socket.send(fragment);
    }
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  });
  console.log(
    `${inject('engine')}: 64 x 15 MB of fragments add ${Math.round(growth / MB)} MB, ${codes.length} closed`,
  );
  expect(growth).toBeLessThan(400 * MB);
  expect(new Set(codes)).toEqual(new Set([1013]));
  const [ann, bob] = [await connectDevice(user), await connectDevice(user)];
  ann.store.setValue('v', 1);
  await expect.poll(() => bob.store.getValue('v')).toBe(1);
});
