import { createMergeableStore } from 'tinybase';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

let network: FakeNetwork;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  return () => vi.useRealTimers();
});

describe('a connection without frames', () => {
  const sendHeartbeatsEvery = (heartbeat_seconds?: number) => {
    network.answer = () => Response.json({ ticket: 'a', expires_at: '', heartbeat_seconds });
  };
  const statusesOf = (connection: ReturnType<FakeNetwork['connect']>) => {
    const seen = new Set<string>();
    connection.subscribe(({ status }) => seen.add(status));
    return seen;
  };

  test.each([
    [10, 15],
    [30, 45],
    [undefined, 15],
  ])('is stale with a heartbeat every %s s after %s s', async (interval, stale) => {
    sendHeartbeatsEvery(interval);
    const connection = network.connect();
    await pass(1);
    const seen = statusesOf(connection);
    await pass(stale - 2);
    expect(seen).not.toContain('stale');
    await pass(2);
    expect(seen).toContain('stale');
    // The server responds to the check, so the connection is online again.
    expect(connection.state.status).toBe('online');
    expect(network.sockets).toHaveLength(1);
  });

  test('is not stale if the server sends no heartbeats', async () => {
    sendHeartbeatsEvery(0);
    const connection = network.connect();
    await pass(1);
    const seen = statusesOf(connection);
    await pass(3_600);
    expect(seen).not.toContain('stale');
  });

  test('is not stale because the schema of the store drops the heartbeat', async () => {
    const store = createMergeableStore();
    store.setValuesSchema({ colour: { type: 'string' } });
    const connection = network.connect({}, store);
    await pass(1);
    const seen = statusesOf(connection);
    for (let count = 0; count < 6; count++) {
      await pass(10);
      network.beat();
    }
    await pass(1);
    expect(seen).toEqual(new Set(['online']));
    expect(connection.state).toMatchObject({ heartbeatAt: Date.now() - 1_000, saved: true });
    expect(store.hasValue('heartbeat')).toBe(false);
  });
});
