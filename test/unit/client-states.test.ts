import {
  createCheckpoints,
  createMergeableStore,
  createMiddleware,
  type MergeableStore,
} from 'tinybase';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeNetwork, pass } from '../helpers/fake-network.ts';

let network: FakeNetwork;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  return () => vi.useRealTimers();
});

describe('a device that is refused', () => {
  const refuse = (code: number) => {
    network.admit = (socket) => {
      socket.open();
      socket.end(code);
    };
  };

  test('for too many devices comes in when another has left', async () => {
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

  test('for a full store tries again once the app has deleted something', async () => {
    refuse(4004);
    const connection = network.connect();
    for (let times = 0; times < 6; times++) await pass(100);
    network.admit = (socket) => socket.open();
    connection.store.setValue('less', true);
    await pass(40);
    expect(connection.state.status).toBe('online');
  });

  test('for what no time changes is not tried again', async () => {
    refuse(4005);
    const connection = network.connect();
    await pass(600);
    expect(network.sockets).toHaveLength(1);
    expect(connection.state).toMatchObject({ status: 'refused', retryAt: undefined });
  });
});

describe('silence', () => {
  const beatEvery = (heartbeat_seconds?: number) => {
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
  ])('of a room that beats every %s s is stale after %s s', async (interval, stale) => {
    beatEvery(interval);
    const connection = network.connect();
    await pass(1);
    const seen = statusesOf(connection);
    await pass(stale - 2);
    expect(seen).not.toContain('stale');
    await pass(2);
    expect(seen).toContain('stale');
    // The question after the silence is answered, which proves that all is well.
    expect(connection.state.status).toBe('online');
    expect(network.sockets).toHaveLength(1);
  });

  test('of a room without heartbeats means nothing', async () => {
    beatEvery(0);
    const connection = network.connect();
    await pass(1);
    const seen = statusesOf(connection);
    await pass(3_600);
    expect(seen).not.toContain('stale');
  });

  test('is of the wire: a store whose schema has no heartbeat lacks nothing', async () => {
    const store = createMergeableStore();
    store.setValuesSchema({ colour: { type: 'string' } });
    const connection = network.connect({}, store);
    await pass(1);
    const seen = statusesOf(connection);
    for (let beats = 0; beats < 6; beats++) {
      await pass(10);
      network.beat();
    }
    await pass(1);
    expect(seen).toEqual(new Set(['online']));
    expect(connection.state).toMatchObject({ heartbeatAt: Date.now() - 1_000, saved: true });
    expect(store.hasValue('heartbeat')).toBe(false);
  });
});

describe('what the app writes while a change is received', () => {
  /** Loses what the device sends from now on. */
  const loseUplink = () => {
    network.take = () => undefined;
  };

  test.each<[string, (store: MergeableStore) => void]>([
    [
      'a mutating listener',
      (store) => store.addValueListener('theirs', () => void store.setValue('copy', 'GREEN'), true),
    ],
    [
      'a middleware',
      (store) =>
        createMiddleware(store).addWillSetValueCallback((_, value) => `${value}`.toUpperCase()),
    ],
  ])('in %s is not saved before the server has it', async (_, listen) => {
    const connection = network.connect();
    listen(connection.store);
    await pass(1);
    expect(connection.state.saved).toBe(true);
    loseUplink();
    network.write((store) => store.setValue('theirs', 'green'));
    await pass(0.5);
    expect(Object.values(connection.store.getValues())).toContain('GREEN');
    expect(connection.state.saved).toBe(false);
  });

  test('by nobody, in a store that only receives, stays saved', async () => {
    const connection = network.connect();
    await pass(1);
    loseUplink();
    network.write((store) => store.setRow('t', 'r', { a: 1, b: 'x', c: ['y', 'z'] }));
    network.write((store) => store.delCell('t', 'r', 'a'));
    await pass(0.5);
    expect(connection.store.getRow('t', 'r')).toEqual({ b: 'x', c: ['y', 'z'] });
    expect(connection.state.saved).toBe(true);
  });
});

test('undo and redo see no heartbeat, where the store is not to show it', async () => {
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
  for (let beats = 0; beats < 3; beats++) {
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
