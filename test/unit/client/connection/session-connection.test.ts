import { createMergeableStore } from 'tinybase';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SessionConnection } from '../../../../client/common/session-connection.ts';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it connects once for all its users, and closes when the last one has stopped', async () => {
  const network = new FakeNetwork();
  const source = new SessionConnection({ client: network.client() });
  const stops = [source.start(), source.start()];
  await pass(1);
  expect(source.value.state.status).toBe('online');
  stops[0]?.();
  stops[0]?.();
  await pass(1);
  expect(network.live.length).toBe(1);
  stops[1]?.();
  await pass(1);
  expect([network.live, network.sockets.length]).toEqual([[], 1]);
  expect(source.value.connection).toBeUndefined();
});

test('it keeps the connection when a user starts again in the same turn, and connects anew later', async () => {
  const network = new FakeNetwork();
  const source = new SessionConnection({ client: network.client() });
  source.start()();
  const stop = source.start();
  const { connection } = source.value;
  await pass(1);
  expect(source.value.connection).toBe(connection);
  stop();
  await pass(1);
  const stopAgain = source.start();
  expect(source.value.connection).not.toBe(connection);
  await pass(1);
  expect([source.value.state.status, network.sockets.length]).toEqual(['online', 2]);
  stopAgain();
});

test('before it starts, it shows the session and opens nothing', async () => {
  const network = new FakeNetwork();
  const source = new SessionConnection({ client: network.client() });
  expect(source.value).toBe(source.value);
  expect(source.value.state).toEqual({ status: 'connecting', saved: false, reason: undefined });
  await pass(1);
  expect(network.calls).toEqual([]);
});

test('an error of makeStore reaches the app, and a later start can succeed', async () => {
  const network = new FakeNetwork();
  const makeStore = vi.fn(() => createMergeableStore());
  makeStore.mockImplementationOnce(() => {
    throw new RangeError('no store');
  });
  const source = new SessionConnection({ client: network.client(), makeStore });
  expect(() => source.start()).toThrow('no store');
  expect(source.value.connection).toBeUndefined();
  const stop = source.start();
  await pass(1);
  expect(source.value.state.status).toBe('online');
  stop();
  await pass(1);
  expect(network.live).toEqual([]);
});

test('listeners get what it shows at that time', async () => {
  const network = new FakeNetwork();
  const source = new SessionConnection({ client: network.client() });
  const differences: unknown[] = [];
  source.subscribe((snapshot) => snapshot !== source.value && differences.push(snapshot));
  const stop = source.start();
  await pass(1);
  stop();
  await pass(1);
  expect(differences).toEqual([]);
});
