import { createCheckpoints, createMergeableStore } from 'tinybase';
import { beforeEach, expect, test, vi } from 'vitest';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

let network: FakeNetwork;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  return () => vi.useRealTimers();
});

test('checkpoints do not record the heartbeat if the app hides it', async () => {
  const store = createMergeableStore();
  const connection = network.connect({ heartbeat: false }, store);
  await pass(1);
  const checkpoints = createCheckpoints(store);
  store.setCell('tasks', 'a', 'title', 'one');
  checkpoints.addCheckpoint();
  store.setCell('tasks', 'a', 'title', 'two');
  checkpoints.addCheckpoint();
  checkpoints.goBackward();
  await pass(1);
  for (let count = 0; count < 3; count++) {
    network.beat();
    await pass(10);
  }
  checkpoints.goForward();
  expect(store.getTables()).toEqual({ tasks: { a: { title: 'two' } } });
  expect(store.getValues()).toEqual({});
  await pass(1);
  expect(connection.state).toMatchObject({ status: 'online', saved: true });
  expect(connection.state.heartbeatAt).toBeDefined();
  expect(store.getMergeableContentHashes()).toEqual(network.store.getMergeableContentHashes());
});
