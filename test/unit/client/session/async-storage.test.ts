import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Client } from '../../../../client/client.ts';
import {
  CREDENTIALS,
  clientWith,
  STORAGE_KEY,
  sessionOf,
} from '../../../helpers/simulated-client/stored-client.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const after = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * A storage with the contract that the documentation of React Native's AsyncStorage states:
 * `getItem` resolves with the text or null, the others with nothing, and each rejects on a failure.
 * Operations take `delay` milliseconds.
 */
function asyncStorage({ delay = 10, items = new Map<string, string>() } = {}) {
  return {
    items,
    async getItem(key: string): Promise<string | null> {
      await after(delay);
      return items.get(key) ?? null;
    },
    async setItem(key: string, value: string): Promise<void> {
      if (typeof value !== 'string') throw new TypeError('value is not a string');
      await after(delay);
      items.set(key, value);
    },
    async removeItem(key: string): Promise<void> {
      await after(delay);
      items.delete(key);
    },
  };
}

const withSession = (delay = 10) =>
  asyncStorage({ delay, items: new Map([[STORAGE_KEY, JSON.stringify(sessionOf('stored'))]]) });

const stored = ({ items }: { items: Map<string, string> }) => items.get(STORAGE_KEY);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Advances the fake timers until the promise has settled. */
async function settled<Value>(promise: Promise<Value>): Promise<Value> {
  let isSettled = false;
  void promise
    .catch(() => undefined)
    .finally(() => {
      isSettled = true;
    });
  for (let passed = 0; !isSettled && passed < 60_000; passed += 10)
    await vi.advanceTimersByTimeAsync(10);
  return promise;
}

test('the session of an asynchronous storage is known after `ready`, and listeners get it', async () => {
  const { client, reported } = clientWith({ storage: withSession() });
  const seen: unknown[] = [];
  client.subscribe((session) => seen.push(session?.session_uuid));
  expect([client.isReady, client.currentSession]).toEqual([false, undefined]);
  expect(() => client.connect()).toThrow('await client.ready first');
  await settled(client.ready);
  expect([client.isReady, client.currentSession]).toEqual([true, sessionOf('stored')]);
  expect(seen).toEqual(['stored']);
  expect(reported).toEqual([]);
});

test('a session is kept across restarts, and a sign-out ends it', async () => {
  const storage = asyncStorage();
  const session = await settled(clientWith({ storage }).client.signIn(CREDENTIALS));
  // As soon as `signIn` resolves, the app may be ended.
  const { client } = clientWith({ storage });
  await settled(client.ready);
  expect(client.currentSession).toEqual(session);
  await settled(client.signOut());
  expect(stored(storage)).toBeUndefined();
});

test('a synchronous storage is ready at once', async () => {
  const { client } = clientWith({ storage: null });
  expect(client.isReady).toBe(true);
  await client.ready;
});

test.each<[name: string, call: (client: Client) => Promise<unknown>]>([
  ['requestVerification', (client) => client.requestVerification()],
  ['signOut', (client) => client.signOut()],
])('%s uses the session that is still being loaded', async (_, call) => {
  const tokens: unknown[] = [];
  const fetch = async (_: unknown, init?: RequestInit) => {
    tokens.push(new Headers(init?.headers).get('authorization'));
    return Response.json({ success: true });
  };
  const { client } = clientWith({ storage: withSession(), fetch });
  await settled(call(client));
  expect(tokens).toEqual(['Bearer stored']);
});

test('a sign-in while the storage is read replaces the stored session, which ends', async () => {
  const ended: unknown[] = [];
  const storage = withSession(1_000);
  const { client } = clientWith({ storage, fetch: server(ended) });
  await settled(client.signIn(CREDENTIALS));
  await settled(client.ready);
  expect(client.currentSession?.session_uuid).toBe('new');
  expect(stored(storage)).toContain('new');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ended).toEqual(['Bearer stored']);
});

test('a storage that answers after the deadline is reported, and still signs in', async () => {
  const { client, reported } = clientWith({ storage: withSession(20_000) });
  await settled(client.ready);
  expect([client.isReady, client.currentSession]).toEqual([true, undefined]);
  expect(new Set(reported)).toEqual(new Set(['storage: the session could not be read']));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(client.currentSession?.session_uuid).toBe('stored');
});

test('a read that ends after a sign-in or a sign-out changes nothing', async () => {
  const signedIn = clientWith({ storage: withSession(20_000) });
  await settled(signedIn.client.ready);
  await settled(signedIn.client.signIn(CREDENTIALS));
  const signedOut = clientWith({ storage: withSession(20_000) });
  await settled(signedOut.client.ready);
  await settled(signedOut.client.signOut());
  await vi.advanceTimersByTimeAsync(60_000);
  expect(signedIn.client.currentSession?.session_uuid).toBe('session-1');
  expect(signedOut.client.currentSession).toBeUndefined();
});

test.each([
  ['rejects', async () => Promise.reject(new Error('database is locked'))],
  [
    'throws',
    () => {
      throw new Error('not linked');
    },
  ],
  ['never answers', never],
])(
  'with a storage that %s, the session stays in memory, and the app gets errors',
  async (_, fails) => {
    const storage = { getItem: async () => null, setItem: fails, removeItem: fails };
    const { client, reported } = clientWith({ storage });
    await settled(client.signIn(CREDENTIALS));
    expect(client.currentSession?.session_uuid).toBe('session-1');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reported).toContain('storage: the session could not be written');
    await settled(client.signOut());
    expect(client.currentSession).toBeUndefined();
  },
);

test.each([
  ['rejects', async () => Promise.reject(new Error('database is locked'))],
  ['never answers', never],
  ['is no text', async () => ({}) as never],
])('a read that %s leaves the app signed out, and it can sign in', async (_, getItem) => {
  const storage = { ...asyncStorage(), getItem };
  const { client } = clientWith({ storage });
  await settled(client.ready);
  expect(client.currentSession).toBeUndefined();
  await settled(client.signIn(CREDENTIALS));
  expect(stored(storage)).toContain('session-1');
});

test('writes are carried out in order, one after another', async () => {
  const storage = asyncStorage();
  let delay = 1_000;
  let [running, most] = [0, 0];
  const setItem = async (key: string, value: string) => {
    most = Math.max(most, ++running);
    // Each write is faster than the one before it.
    delay /= 2;
    await after(delay);
    storage.items.set(key, value);
    running -= 1;
  };
  const { client } = clientWith({ storage: { ...storage, setItem } });
  await settled(client.ready);
  await settled(Promise.all([1, 2, 3].map(() => client.signIn(CREDENTIALS))));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(most).toBe(1);
  expect(stored(storage)).toContain(client.currentSession?.session_uuid);
});

test('a failed write removes the former session, so that it does not come back', async () => {
  const storage = withSession();
  const setItem = async () => Promise.reject(new Error('full'));
  const { client } = clientWith({ storage: { ...storage, setItem } });
  await settled(client.signIn(CREDENTIALS));
  expect(stored(storage)).toBeUndefined();
});

test('sign-outs that are still pending survive one while the storage is read', async () => {
  const key = `${STORAGE_KEY}:sign-outs`;
  const storage = withSession(3_000);
  storage.items.set(key, '["earlier"]');
  const fetch = async () => Promise.reject(new TypeError('Failed to fetch'));
  const { client } = clientWith({ storage, fetch });
  await settled(client.signOut({ timeoutMs: 10 }));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(JSON.parse(storage.items.get(key)!)).toEqual(['earlier', 'stored']);
});

test('the stored offset of the clock is used until the server tells the time', async () => {
  const storage = asyncStorage();
  const kept = { ...sessionOf('stored'), clock_offset: 3_600_000 };
  storage.items.set(STORAGE_KEY, JSON.stringify(kept));
  const { client } = clientWith({ storage });
  expect(client.now()).toBe(Date.now());
  await settled(client.ready);
  expect(client.now()).toBe(Date.now() + 3_600_000);
});

/** A server that signs in with the session `new`, and records the tokens of ended sessions. */
const server =
  (ended: unknown[]): typeof fetch =>
  async (input, init) => {
    if (`${input}`.endsWith('/sign-in')) return Response.json(sessionOf('new'));
    ended.push(new Headers(init?.headers).get('authorization'));
    return Response.json({ success: true });
  };

test('a storage with only some asynchronous methods is reported, and throws nothing', async () => {
  const { client, reported } = clientWith({
    storage: {
      ...asyncStorage(),
      getItem: () => null,
      setItem: async () => Promise.reject(),
    } as never,
  });
  await client.signIn(CREDENTIALS);
  await Promise.resolve();
  expect(reported).toEqual(['storage: the session could not be written']);
});
