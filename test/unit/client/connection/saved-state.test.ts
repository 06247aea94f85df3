import { createMergeableStore, createMiddleware, type MergeableStore } from 'tinybase';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

let network: FakeNetwork;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  return () => vi.useRealTimers();
});

describe('while a change of the server is applied', () => {
  /** Drops all frames that the device sends from now on. */
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
  ])('a write of %s is not saved before the server has stored it', async (_, listen) => {
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

  test('a store without writes of the app stays saved', async () => {
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

test('a write while a change waits to be applied, which TinyBase does not send, is sent at once', async () => {
  const { store } = network.connect();
  await pass(1);
  const [socket] = network.live;
  const changes = changesOf((theirs) => theirs.setValue('theirs', 'green'));
  store.setValue('first', 1);
  socket!.receive(null, MESSAGE.contentDiff, changes);
  store.setValue('second', 2);
  // The next comparison of hashes would find it later.
  await pass(0.03);
  expect(network.store.getValues()).toMatchObject({ first: 1, second: 2 });
  expect(store.getValues()).toMatchObject({ theirs: 'green' });
});

/** The changes of a store that is written to once. */
function changesOf(write: (store: MergeableStore) => void) {
  const store = createMergeableStore();
  write(store);
  const [[tables], [values]] = store.getMergeableContent();
  expect(tables).toEqual({});
  const stamps = Object.entries(values).map(([id, [value, hlc]]) => [id, [value, hlc]]);
  return [[{}], [Object.fromEntries(stamps)], 1];
}
