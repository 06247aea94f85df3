import { once } from 'node:events';
import { expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startServer } from '../../test/helpers/dev-server.ts';
import { connectDevice, socketUrl } from '../../test/helpers/devices.ts';
import { newUser } from '../../test/helpers/users.ts';
import { growthDuring } from '../memory.ts';

const MB = 1_000_000;
const SOCKETS = 64;

/** Engines let garbage of a gigabyte pile up; what is held adds to that with each wave. */
const WAVES = 4;

/** 15 of 16 fragments of a megabyte: the last one never comes. */
const TEXT = 'x'.repeat(MB);
const unfinished = Array.from({ length: 15 }, (_, index) =>
  ['', '0123456789abcdef', index, 16, TEXT].join('\n'),
);

test('sockets with unfinished messages cost little, and other devices go on', async () => {
  const server = await startServer({ vars: { HIBERNATE: 'off', MAX_DEVICES: 0 } });
  onTestFinished(() => server.kill());
  const user = await newUser({ url: server.url });
  const codes: number[] = [];
  const leaveUnfinished = async () => {
    const socket = new WebSocket(socketUrl(user));
    onTestFinished(() => socket.terminate());
    socket.on('close', (code) => codes.push(code)).on('error', () => undefined);
    await once(socket, 'open');
    for (const fragment of unfinished) socket.send(fragment);
  };
  const growths: number[] = [];
  for (let wave = 0; wave < WAVES; wave++) {
    const growth = await growthDuring(server.pid, async () => {
      for (let count = 0; count < SOCKETS; count++) await leaveUnfinished();
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    });
    growths.push(Math.round(growth / MB));
  }
  console.log(
    `${inject('engine')}: waves of 64 x 15 MB of fragments add ${growths.join(', ')} MB; ${codes.length} sockets are closed`,
  );
  const total = growths.reduce((sum, growth) => sum + growth);
  expect(total).toBeLessThan(2_400);
  expect(new Set(codes)).toEqual(new Set([1013]));
  const [ann, bob] = [await connectDevice(user), await connectDevice(user)];
  ann.store.setValue('v', 1);
  await expect.poll(() => bob.store.getValue('v')).toBe(1);
});
