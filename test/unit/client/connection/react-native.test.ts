import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { reactNativeEvents } from '../../../../client/react-native.ts';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';
import {
  FakeAppState,
  FakeNetInfo,
  PoorAbortController,
} from '../../../helpers/simulated-client/react-native.ts';

let network: FakeNetwork;
let appState: FakeAppState;
let netInfo: FakeNetInfo;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  appState = new FakeAppState();
  netInfo = new FakeNetInfo();
  return () => vi.useRealTimers();
});

/** Connects an app on React Native, and counts how often it asks whether the server is there. */
async function online() {
  const events = reactNativeEvents(appState, netInfo);
  const connection = network.client({ events }).connect();
  onTestFinished(() => connection.close());
  await pass(1);
  expect(connection.state).toMatchObject({ status: 'online', saved: true });
  let checks = 0;
  network.take = (socket, frame) => {
    if (JSON.parse(frame.split('\n')[1]!)[1] === MESSAGE.syncPoint) checks += 1;
    network.respond(socket, frame);
  };
  return { connection, checks: () => checks };
}

test('an app that comes to the foreground checks its connection', async () => {
  const { checks } = await online();
  for (const state of ['inactive', 'background'] as const) appState.change(state);
  await pass(1);
  expect(checks()).toBe(0);
  appState.change('active');
  await pass(1);
  expect(checks()).toBe(1);
});

test('another network is noticed, but not the state that NetInfo tells first or repeats', async () => {
  const { checks } = await online();
  netInfo.change({ type: 'wifi', isConnected: true });
  await pass(1);
  expect(checks()).toBe(0);
  netInfo.change({ type: 'cellular', isConnected: true });
  await pass(1);
  expect(checks()).toBe(1);
});

test('a device that is online again retries sooner', async () => {
  // No jitter.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  onTestFinished(() => void vi.restoreAllMocks());
  const { connection } = await online();
  network.answer = async () => Promise.reject(new TypeError('Network request failed'));
  netInfo.change({ type: 'none', isConnected: false });
  for (const socket of network.live) socket.end(1006);
  await pass(60);
  const { length } = network.calls;
  while (network.calls.length === length) await pass(0.1);
  const wait = () => connection.state.retryAt! - Date.now();
  expect(wait()).toBeGreaterThan(9_000);
  netInfo.change({ type: 'wifi', isConnected: true });
  expect(wait()).toBeLessThanOrEqual(5_000);
});

test('the events of a browser are not used', async () => {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', document);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { checks } = await online();
  document.dispatchEvent(new Event('visibilitychange'));
  await pass(1);
  expect(checks()).toBe(0);
});

test('a closed connection leaves no listener behind', async () => {
  const { connection } = await online();
  expect([appState.listenerCount, netInfo.listenerCount]).toEqual([1, 1]);
  await connection.close();
  expect([appState.listenerCount, netInfo.listenerCount]).toEqual([0, 0]);
});

test('NetInfo can be left out', async () => {
  const connection = network.client({ events: reactNativeEvents(appState) }).connect();
  await pass(1);
  expect(connection.state.status).toBe('online');
  await connection.close();
  expect(appState.listenerCount).toBe(0);
});

test('a call can be aborted by a signal without a reason, as those of React Native', async () => {
  const controller = new PoorAbortController();
  const signal = controller.signal as unknown as AbortSignal;
  network.answer = () => new Promise(() => undefined);
  const client = network.client();
  const call = expect(client.session({ signal })).rejects.toMatchObject({ name: 'AbortError' });
  await pass(0.1);
  controller.abort();
  await call;
  await expect(client.signOut({ signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(client.currentSession).toBeDefined();
});
