import { expect, inject, onTestFinished, test } from 'vitest';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { newUser } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** The largest frame in bytes that the platforms accept. */
const FRAME_BYTES = { partykit: 1_048_576, workers: 33_554_432 };

// If rooms hibernate, local engines end such a connection without a code 10 or 20 s later.
test("a frame over the platform's limit is closed with 1009", async () => {
  const server = await startServer({ vars: { HIBERNATE: 'off' } });
  onTestFinished(() => server.stop());
  const { socket, closed } = await connectDevice(await newUser({ url: server.url }));
  socket.send(`\n${'x'.repeat(FRAME_BYTES[inject('engine')])}`);
  expect((await closed).code).toBe(CLOSE.messageTooLarge.code);
});
