import { createCheckpoints } from 'tinybase';
import { expect, test } from 'vitest';
import { connect, signedInClient } from '../helpers/devices/clients.ts';

test('heartbeats of the server change neither the checkpoints nor the saved state', async () => {
  const connection = connect(await signedInClient(), { heartbeat: false });
  const { store } = connection;
  const checkpoints = createCheckpoints(store);
  store.setCell('tasks', 'a', 'title', 'one');
  checkpoints.addCheckpoint();
  store.setCell('tasks', 'a', 'title', 'two');
  checkpoints.addCheckpoint();
  checkpoints.goBackward();
  await connection.saved();
  const heartbeats = new Set<number>();
  const saved = new Set<boolean>();
  connection.subscribe((state) => {
    saved.add(state.saved);
    if (state.heartbeatAt) heartbeats.add(state.heartbeatAt);
  });
  await expect.poll(() => heartbeats.size).toBeGreaterThan(1);
  expect(saved).toEqual(new Set([true]));
  expect(checkpoints.getCheckpointIds()[2]).toHaveLength(1);
  checkpoints.goForward();
  await connection.saved();
  expect(store.getContent()).toEqual([{ tasks: { a: { title: 'two' } } }, {}]);
});
