import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  FakeNetwork,
  type FakeSocket,
  pass,
} from '../../../helpers/simulated-client/fake-network.ts';

let network: FakeNetwork;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  return () => vi.useRealTimers();
});

/** Returns a target for the network events of a browser. */
function listenGlobally(): EventTarget {
  const target = new EventTarget();
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
  vi.stubGlobal('removeEventListener', target.removeEventListener.bind(target));
  onTestFinished(() => void vi.unstubAllGlobals());
  return target;
}

const never = () => new Promise<never>(() => undefined);

/** Delays the opening of sockets, calls and frames by this many seconds. */
function delay(seconds: number): void {
  const { answer, admit } = network;
  const wait = () => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  network.answer = (path) => wait().then(() => answer(path));
  network.admit = (socket) => void wait().then(() => admit(socket));
  const { take } = network;
  network.take = (socket, frame) => void wait().then(() => take(socket, frame));
}

test('a connection has one socket, even after resumes and network events', async () => {
  const browser = listenGlobally();
  const connection = network.connect({ offline: true });
  connection.resume();
  browser.dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(connection.state.status).toBe('online'));
  expect(network.sockets).toHaveLength(1);
  for (let times = 0; times < 5; times++) connection.resume();
  await pass(1);
  expect(network.live).toHaveLength(1);
  await connection.close();
  expect(network.live).toEqual([]);
  await pass(0.01);
  expect(vi.getTimerCount()).toBe(0);
});

describe('on a slow network', () => {
  test('a response may take 4.5 seconds', async () => {
    delay(4.5);
    const connection = network.connect();
    await pass(20);
    expect(connection.state.status).toBe('online');
    expect(network.sockets).toHaveLength(1);
  });

  test('the timeout grows after each attempt that timed out', async () => {
    const { admit } = network;
    network.admit = (socket) => void setTimeout(() => admit(socket), 25_000);
    const connection = network.connect();
    await pass(15);
    expect(connection.state).toMatchObject({ status: 'offline', reason: { code: 'timeout' } });
    await pass(85);
    expect(connection.state.status).toBe('online');
    expect(network.live).toHaveLength(1);
  });

  test('a slow upload does not time out while frames arrive', async () => {
    const connection = network.connect();
    await pass(1);
    const { take } = network;
    // The room is busy with earlier frames, and sends only heartbeats in the meantime.
    network.take = (socket, frame) => void setTimeout(() => take(socket, frame), 50_000);
    const heartbeats = setInterval(() => network.beat(), 8_000);
    connection.store.setValue('photo', 'large');
    await pass(60);
    clearInterval(heartbeats);
    expect(network.sockets).toHaveLength(1);
    expect(connection.state).toMatchObject({ status: 'online', saved: true });
  });
});

describe('a server that never answers', () => {
  test('is asked again after a timeout, and at once after a network event', async () => {
    const browser = listenGlobally();
    network.answer = never;
    const connection = network.connect();
    await pass(1);
    browser.dispatchEvent(new Event('online'));
    await pass(0.1);
    expect(network.calls).toEqual(['ws-ticket', 'ws-ticket']);
    await pass(25);
    expect(network.calls.length).toBeGreaterThan(2);
    expect(connection.state).toMatchObject({ reason: { code: 'timeout' } });
    for (let events = 0; events < 1000; events++) browser.dispatchEvent(new Event('online'));
    expect(network.calls.length).toBeLessThan(6);
  });

  test('makes the connection stale, and then a new socket is opened', async () => {
    const connection = network.connect();
    await pass(1);
    network.take = () => undefined;
    await pass(14.5);
    expect(connection.state.status).toBe('stale');
    await pass(4);
    expect(network.sockets).toHaveLength(2);
    network.take = (socket, frame) => network.respond(socket, frame);
    await pass(60);
    expect(connection.state.status).toBe('online');
  });
});

describe('an attempt that fails at once', () => {
  const failures: Record<string, () => void> = {
    'a socket that cannot be made': () => {
      network.admit = (socket) => socket.end(1006);
    },
    'a frame that cannot be sent': () => {
      network.admit = (socket) => {
        socket.send = () => {
          throw new Error('broken');
        };
        socket.open();
      };
    },
    'a call that throws': () => {
      network.answer = () => {
        throw new TypeError('broken');
      };
    },
    'an answer without a ticket': () => {
      network.answer = () => Response.json({});
    },
    'a page of a captive portal': () => {
      network.answer = () => new Response('<h1>Sign in to the Wi-Fi</h1>', { status: 200 });
    },
    'a proxy that forbids': () => {
      network.answer = () => new Response('<h1>Forbidden</h1>', { status: 403 });
    },
    'a proxy that wants a password': () => {
      network.answer = () => new Response('<h1>Who are you?</h1>', { status: 401 });
    },
  };

  test.each(Object.keys(failures))('is retried after growing delays: %s', async (name) => {
    failures[name]!();
    const connection = network.connect();
    await pass(60);
    expect(network.calls.length).toBeGreaterThan(3);
    expect(network.calls.length).toBeLessThan(15);
    expect(connection.state.status).toBe('offline');
    expect(connection.state.retryAt).toBeGreaterThan(Date.now());
  });

  test('shows its reason, if known', async () => {
    failures['a page of a captive portal']!();
    const connection = network.connect();
    await pass(5);
    expect(connection.state.reason).toMatchObject({ code: 'invalid_answer' });
    network.answer = () => Response.json({ ticket: 'a', expires_at: '', heartbeat_seconds: 10 });
    await pass(20);
    expect(connection.state).toMatchObject({ status: 'online', reason: undefined });
  });
});

test('a connection works without crypto.randomUUID, as on pages without TLS', async () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  onTestFinished(() => void vi.unstubAllGlobals());
  const connection = network.connect();
  await pass(1);
  expect(connection.state.status).toBe('online');
});

test('a socket of a former attempt is ignored', async () => {
  const held: FakeSocket[] = [];
  network.admit = (socket) => held.push(socket);
  const connection = network.connect();
  await pass(12);
  network.admit = (socket) => socket.open();
  await pass(30);
  expect(connection.state.status).toBe('online');
  for (const socket of held) socket.end(4001);
  await pass(1);
  expect(connection.state.status).toBe('online');
});
