import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

let network: FakeNetwork;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  return () => vi.useRealTimers();
});

describe('a refused device', () => {
  const refuse = (code: number) => {
    network.admit = (socket) => {
      socket.open();
      socket.end(code);
    };
  };

  test('retries after too many devices, and connects when another one has left', async () => {
    refuse(4003);
    const connection = network.connect();
    await pass(1);
    const { state } = connection;
    expect(state).toMatchObject({ status: 'refused', reason: { code: 'tooManyDevices' } });
    expect(state.retryAt).toBeGreaterThan(Date.now() + 4_000);
    await pass(120);
    expect(network.sockets.length).toBeGreaterThan(2);
    expect(network.sockets.length).toBeLessThan(7);
    network.admit = (socket) => socket.open();
    await pass(300);
    expect(connection.state).toMatchObject({ status: 'online', reason: undefined });
    expect(connection.state.retryAt).toBeUndefined();
  });

  test('retries after a full store when the app has changed the store', async () => {
    refuse(4004);
    const connection = network.connect();
    for (let times = 0; times < 6; times++) await pass(100);
    network.admit = (socket) => socket.open();
    connection.store.setValue('less', true);
    await pass(40);
    expect(connection.state.status).toBe('online');
  });

  test('does not retry after a permanent refusal', async () => {
    refuse(4005);
    const connection = network.connect();
    await pass(600);
    expect(network.sockets).toHaveLength(1);
    expect(connection.state).toMatchObject({ status: 'refused', retryAt: undefined });
  });
});
