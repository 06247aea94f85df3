import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Connection } from '../../../../client/connection/connection.ts';
import type { PresentDevice } from '../../../../client/index.ts';
import { MESSAGE } from '../../../../src/protocol/frame.ts';
import { NOTICE_ID } from '../../../../src/protocol/notice.ts';
import type { PresenceUpdate } from '../../../../src/protocol/presence.ts';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';

let network: FakeNetwork;
/** What all messages about presence say: `{data}`, or null if they withdraw it. */
let sent: unknown[];
/** The ids in these messages. */
let devices: Set<string>;
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'Date', 'performance'],
  });
  network = new FakeNetwork();
  sent = [];
  devices = new Set();
  const { take } = network;
  network.take = (socket, frame) => {
    const [, message, body] = JSON.parse(frame.slice(frame.indexOf('\n') + 1));
    if (message === MESSAGE.presence) {
      const { device, ...rest } = body;
      devices.add(device);
      sent.push('data' in rest ? rest : null);
    } else take(socket, frame);
  };
});
afterEach(() => {
  vi.useRealTimers();
});

/** Sends a notice of presence to all devices. */
const tell = (...updates: PresenceUpdate[]): void => {
  for (const socket of network.live)
    socket.receive(NOTICE_ID, MESSAGE.response, [{ presence: [updates] }]);
};

async function online(): Promise<Connection> {
  const connection = network.connect();
  await pass(1);
  expect(connection.state.status).toBe('online');
  return connection;
}

describe('what this device sends', () => {
  test('nothing is sent until the app uses presence', async () => {
    const connection = await online();
    await pass(60);
    expect(sent).toEqual([]);
    expect(connection.presence.others).toEqual([]);
    await pass(1);
    expect(sent).toEqual([null]);
  });

  test('what was set before the connection is open is sent when it is, and nobody waits', async () => {
    const connection = network.connect();
    connection.presence.set({ at: 1 });
    connection.presence.set({ at: 2 });
    await pass(1);
    expect(sent).toEqual([{ data: { at: 2 } }]);
  });

  test('it is repeated every 10 seconds, also when it is withdrawn, and after a reconnection', async () => {
    network.answer = () => Response.json({ ticket: 'a', expires_at: '', heartbeat_seconds: 0 });
    const connection = await online();
    connection.presence.set('here');
    await pass(25);
    expect(sent).toEqual(Array(3).fill({ data: 'here' }));
    network.live[0]?.end(1006);
    await pass(2);
    expect(network.live).toHaveLength(1);
    expect(sent.splice(0)).toHaveLength(4);
    connection.presence.clear();
    await pass(15);
    expect(sent).toEqual([null, null]);
    connection.pause();
    await pass(60);
    expect(sent).toHaveLength(2);
    expect(devices.size).toBe(1);
  });

  test('heartbeats repeat it too, because browsers delay the timers of hidden pages', async () => {
    const connection = await online();
    connection.presence.set('here');
    await pass(1);
    const before = vi.getTimerCount();
    network.beat();
    await pass(6);
    expect(sent).toHaveLength(1);
    network.beat();
    await pass(1);
    expect(sent).toHaveLength(2);
    await pass(5);
    expect(sent).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(before);
  });

  test('updates are sent at most every 50 ms, the latest wins, and equal ones are not sent', async () => {
    const connection = await online();
    for (let update = 0; update < 100; update++) {
      connection.presence.set({ update });
      await pass(0.01);
    }
    await pass(0.1);
    expect(sent.length).toBeGreaterThan(15);
    expect(sent.length).toBeLessThanOrEqual(21);
    expect(sent.at(-1)).toEqual({ data: { update: 99 } });
    const { length } = sent;
    connection.presence.set({ update: 99 });
    await pass(1);
    expect(sent).toHaveLength(length);
  });

  test('nothing is sent after the connection is closed', async () => {
    const connection = await online();
    connection.presence.set('here');
    await pass(1);
    await connection.close();
    connection.presence.set('gone');
    await pass(60);
    expect(sent).toEqual([{ data: 'here' }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  test.each([
    ['undefined', undefined, TypeError],
    ['a function', () => undefined, TypeError],
    ['a circle', circle, TypeError],
    ['a bigint', 1n, TypeError],
    ['1,025 bytes of ASCII', 'x'.repeat(1_023), RangeError],
    ['1,025 bytes of UTF-8', `x${'é'.repeat(511)}`, RangeError],
  ])('%s is refused at once, and the former presence stays', async (_, data, error) => {
    const connection = await online();
    connection.presence.set('here');
    expect(() => connection.presence.set(data)).toThrow(error);
    await pass(12);
    expect(sent).toEqual([{ data: 'here' }, { data: 'here' }]);
  });

  test.each(['x'.repeat(1_022), 'é'.repeat(511)])('1,024 bytes are sent (%#)', async (data) => {
    const connection = await online();
    connection.presence.set(data);
    await pass(1);
    expect(sent).toEqual([{ data }]);
  });
});

describe('what this device knows of others', () => {
  const member = { id: 'm', email: 'ann@example.com' };
  const ann: PresentDevice = { device: 'a', member, data: { x: 1 } };
  const bob: PresentDevice = { device: 'b', data: 2 };

  test('others come, change and go, and the list is the same until then', async () => {
    const connection = await online();
    const { presence } = connection;
    const heard: unknown[] = [];
    const unsubscribe = presence.subscribe((others) => heard.push(others));
    const empty = presence.others;
    tell(ann as PresenceUpdate, bob as PresenceUpdate);
    expect(presence.others).toEqual([ann, bob]);
    const before = presence.others;
    tell({ ...(ann as PresenceUpdate) }, { device: 'unknown', gone: true });
    expect(presence.others).toBe(before);
    tell({ device: 'a', member, data: { x: 2 } });
    expect(presence.others).toEqual([{ ...ann, data: { x: 2 } }, bob]);
    expect(presence.others[1]).toBe(before[1]);
    tell({ device: 'a', gone: true }, { device: 'b', gone: true });
    expect(presence.others).toBe(empty);
    expect(heard).toHaveLength(3);
    unsubscribe();
    tell(ann as PresenceUpdate);
    expect(heard).toHaveLength(3);
  });

  test('nobody is shown while the connection is lost, and all again when it is back', async () => {
    const connection = await online();
    connection.presence.subscribe(() => undefined);
    await pass(1);
    tell(bob as PresenceUpdate);
    connection.pause();
    expect(connection.presence.others).toEqual([]);
    connection.resume();
    await pass(2);
    expect(sent).toEqual([null, null]);
    tell(bob as PresenceUpdate);
    expect(connection.presence.others).toEqual([bob]);
    await connection.close();
    expect(connection.presence.others).toEqual([]);
  });

  test('malformed updates are left out, and a server cannot fill the memory', async () => {
    const connection = await online();
    connection.presence.subscribe(() => undefined);
    for (const socket of network.live) {
      for (const presence of [null, 1, {}, [null, 1, [], {}, { device: 1 }]])
        socket.receive(NOTICE_ID, MESSAGE.response, [{ presence: [presence] }]);
    }
    expect(connection.presence.others).toEqual([]);
    tell(...Array.from({ length: 3_000 }, (_, device) => ({ device: `${device}`, data: 0 })));
    expect(connection.presence.others).toHaveLength(1_000);
    expect(connection.state.status).toBe('online');
  });

  test('presence works when it is destructured', async () => {
    const { set, subscribe } = network.connect().presence;
    subscribe(() => undefined);
    set(1);
    await pass(1);
    expect(sent).toEqual([{ data: 1 }]);
  });
});
