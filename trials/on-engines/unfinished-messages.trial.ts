import { once } from 'node:events';
import { expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectDevice, socketUrl } from '../../test/helpers/devices/devices.ts';
import { newUser } from '../../test/helpers/requests/users.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';
import { peakGrowth } from '../memory.ts';

const MB = 1_000_000;
const SOCKETS = 64;

/**
 * Engines let about 1 GB of garbage accumulate. Memory that is really held would add about another
 * 1 GB per wave.
 */
const WAVES = 4;

/** 15 of 16 fragments of 1 MB; the last one is never sent. */
const TEXT = 'x'.repeat(MB);
const unfinished = Array.from({ length: 15 }, (_, index) =>
  ['', '0123456789abcdef', index, 16, TEXT].join('\n'),
);

test('closes sockets whose unfinished messages take too much memory, and keeps serving others', async () => {
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
  const growth = await peakGrowth(server.pid, async () => {
    for (let count = 0; count < WAVES * SOCKETS; count++) await leaveUnfinished();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  });
  console.log(
    `${inject('engine')}: ${WAVES} x 64 x 15 MB of fragments add ${Math.round(growth / MB)} MB; ${codes.length} sockets were closed`,
  );
  expect(growth).toBeLessThan(2_400 * MB);
  expect(new Set(codes)).toEqual(new Set([1013]));
  const [ann, bob] = [await connectDevice(user), await connectDevice(user)];
  ann.store.setValue('v', 1);
  await expect.poll(() => bob.store.getValue('v')).toBe(1);
});
