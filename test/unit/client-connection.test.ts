import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { FakeNetwork, type FakeSocket, pass } from '../helpers/fake-network.ts';

let network: FakeNetwork;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  return () => vi.useRealTimers();
});

/** Has the browser say something about the network, and removes it from the globals again. */
function listenGlobally(): EventTarget {
  const target = new EventTarget();
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
  vi.stubGlobal('removeEventListener', target.removeEventListener.bind(target));
  onTestFinished(() => void vi.unstubAllGlobals());
  return target;
}

const never = () => new Promise<never>(() => undefined);

/** Delays the opening of sockets and the answers to calls by so many seconds. */
function delay(seconds: number): void {
  const { answer, admit } = network;
  const wait = () => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  network.answer = (path) => wait().then(() => answer(path));
  network.admit = (socket) => void wait().then(() => admit(socket));
  const { take } = network;
  network.take = (socket, frame) => void wait().then(() => take(socket, frame));
}

test('one connection has one socket, whatever the app and the browser ask for meanwhile', async () => {
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
  test('an answer may take 4.5 seconds', async () => {
    delay(4.5);
    const connection = network.connect();
    await pass(30);
    expect(connection.state.status).toBe('online');
    expect(network.sockets).toHaveLength(1);
  });

  test('the time for one grows with each attempt that it was too short for', async () => {
    const { admit } = network;
    network.admit = (socket) => void setTimeout(() => admit(socket), 25_000);
    const connection = network.connect();
    await pass(15);
    expect(connection.state).toMatchObject({ status: 'offline', reason: { code: 'timeout' } });
    await pass(85);
    expect(connection.state.status).toBe('online');
    expect(network.live).toHaveLength(1);
  });

  test('an upload that moves is not given up', async () => {
    const connection = network.connect();
    await pass(1);
    const { take } = network;
    // The room is busy with what came before, and only beats meanwhile.
    network.take = (socket, frame) => void setTimeout(() => take(socket, frame), 50_000);
    const beats = setInterval(() => network.beat(), 8_000);
    connection.store.setValue('photo', 'large');
    await pass(60);
    clearInterval(beats);
    expect(network.sockets).toHaveLength(1);
    expect(connection.state).toMatchObject({ status: 'online', saved: true });
  });
});

describe('what is never answered', () => {
  test('is asked again after a while, and at once when the network is back', async () => {
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

  test('ends a connection that has become silent, and it is made anew', async () => {
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

describe('what fails at once', () => {
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

  test.each(Object.keys(failures))('is tried again with growing pauses: %s', async (name) => {
    failures[name]!();
    const connection = network.connect();
    await pass(60);
    expect(network.calls.length).toBeGreaterThan(3);
    expect(network.calls.length).toBeLessThan(15);
    expect(connection.state.status).toBe('offline');
    expect(connection.state.retryAt).toBeGreaterThan(Date.now());
  });

  test('says why, where that is known', async () => {
    failures['a page of a captive portal']!();
    const connection = network.connect();
    await pass(5);
    expect(connection.state.reason).toMatchObject({ code: 'invalid_answer' });
    network.answer = () => Response.json({ ticket: 'a', expires_at: '', heartbeat_seconds: 10 });
    await pass(20);
    expect(connection.state).toMatchObject({ status: 'online', reason: undefined });
  });

  test('does not stop because a listener of the app throws', async () => {
    const reported = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => reported.mockRestore());
    const connection = network.connect();
    connection.subscribe(() => {
      throw new Error('of the app');
    });
    await pass(1);
    expect(connection.state.status).toBe('online');
    expect(reported).toHaveBeenCalledWith(new Error('of the app'));
  });
});

test('it works where crypto.randomUUID is missing, as on a page of plain HTTP', async () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  onTestFinished(() => void vi.unstubAllGlobals());
  const connection = network.connect();
  await pass(1);
  expect(connection.state.status).toBe('online');
});

test('the socket of an attempt that was given up says nothing any more', async () => {
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
