import { createMergeableStore } from 'tinybase';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SessionConnection } from '../../../../client/bindings/session-connection.ts';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

const USER = { email: 'ada@example.com', created_at: '', login_time: '' };

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

test.each([
  ['a session', ['connecting', 'syncing', 'online']],
  ['no session', ['connecting', 'signed-out']],
])('it shows connecting until an asynchronous storage has told %s', async (kind, statuses) => {
  const network = new FakeNetwork();
  const kept = JSON.stringify({ session_uuid: 'session', user: USER, clock_offset: 0 });
  const getItem = async (key: string) => {
    await new Promise((done) => setTimeout(done, 100));
    return kind === 'a session' && !key.endsWith(':sign-outs') ? kept : null;
  };
  const none = async () => undefined;
  const client = network.client({ storage: { getItem, setItem: none, removeItem: none } });
  const source = new SessionConnection({ client });
  const seen = [source.value.state.status];
  source.subscribe(({ state }) => seen.push(state.status));
  const stop = source.start();
  await pass(2);
  expect([...new Set(seen)]).toEqual(statuses);
  stop();
});
