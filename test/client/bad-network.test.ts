import { createCheckpoints } from 'tinybase';
import { expect, inject, test } from 'vitest';
import { connect, signedInClient, untilStatus } from '../helpers/clients.ts';
import { networkTo } from '../helpers/network.ts';

test('a network that takes 4.5 seconds for each answer is slow, and no failure', async () => {
  const network = await networkTo(inject('url'));
  const client = await signedInClient({ url: network.url });
  network.delay(2_250);
  const connection = connect(client);
  connection.store.setValue('from', 'far away');
  await untilStatus(connection, 'syncing');
  // The rest is the same, only longer.
  network.delay(0);
  await connection.saved();
  expect(connection.state).toMatchObject({ status: 'online', saved: true });
});

test('the beats of a real room leave undo and redo alone, and the store saved', async () => {
  const connection = connect(await signedInClient(), { heartbeat: false });
  const { store } = connection;
  const checkpoints = createCheckpoints(store);
  store.setCell('tasks', 'a', 'title', 'one');
  checkpoints.addCheckpoint();
  store.setCell('tasks', 'a', 'title', 'two');
  checkpoints.addCheckpoint();
  checkpoints.goBackward();
  await connection.saved();
  const beats = new Set<number>();
  const saved = new Set<boolean>();
  connection.subscribe((state) => {
    saved.add(state.saved);
    if (state.heartbeatAt) beats.add(state.heartbeatAt);
  });
  await expect.poll(() => beats.size).toBeGreaterThan(1);
  expect(saved).toEqual(new Set([true]));
  expect(checkpoints.getCheckpointIds()[2]).toHaveLength(1);
  checkpoints.goForward();
  await connection.saved();
  expect(store.getContent()).toEqual([{ tasks: { a: { title: 'two' } } }, {}]);
});
