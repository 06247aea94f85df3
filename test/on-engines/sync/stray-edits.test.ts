import { createMergeableStore } from 'tinybase';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectDevice, socketUrl, untilAlike } from '../../helpers/devices/devices.ts';
import { newUser } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const LOADING = 1;

test('an edit that a client does not send, because it takes in a change, reaches the others without a heartbeat', async () => {
  const server = await startServer({ vars: { HEARTBEAT_SECONDS: 0 } });
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });
  const ann = await connectDevice(user);
  const store = createMergeableStore();
  const socket = new WebSocket(socketUrl(user));
  const synchronizer = await createWsSynchronizer(store, socket, 5);
  onTestFinished(async () => void (await synchronizer.destroy()));
  await synchronizer.startSync();
  synchronizer.addStatusListener((_, status) => {
    if ((status as number) === LOADING) store.setCell('answers', 'one', 'text', 'while loading');
  });

  ann.store.setCell('questions', 'one', 'text', 'Who is there?');

  await expect
    .poll(() => ann.store.getTables(), { timeout: 5_000 })
    .toEqual({
      questions: { one: { text: 'Who is there?' } },
      answers: { one: { text: 'while loading' } },
    });
  await untilAlike(ann, { store });
});
