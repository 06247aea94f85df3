import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Client, createClient } from '../../client/client.ts';
import { offlineCopyName } from '../../client/offline/copy-owner.ts';
import type { SessionStorage } from '../../client/session/session-storage.ts';
import { memoryStorage } from '../helpers/clients.ts';
import { databaseNames, fakeIndexedDB, openTab, type Tab } from '../helpers/offline-tabs.ts';
import { PASSWORD } from '../helpers/users.ts';

const URL_OF_APP = new URL('http://tinyhost.test/app');
const KEY = `tinyhost:${URL_OF_APP}`;
const CREATED_AT = '2026-01-01T00:00:00.000Z';

/** A fake server that keeps sessions, and can be offline or silent. */
class Sessions {
  online = true;
  silent = false;
  readonly alive = new Set<string>();
  #count = 0;

  readonly fetch: typeof fetch = (input, init) => this.answer(`${input}`, init);

  async answer(url: string, init?: RequestInit): Promise<Response> {
    if (this.silent) await new Promise(() => undefined);
    if (!this.online) throw new TypeError('Failed to fetch');
    const path = url.slice(`${URL_OF_APP}/`.length);
    const token = new Headers(init?.headers).get('authorization')?.slice('Bearer '.length);
    if (path === 'sign-in') return Response.json(this.#signIn(JSON.parse(`${init?.body}`).email));
    if (!token || !this.alive.has(token)) return UNAUTHORIZED();
    this.alive.delete(token);
    return Response.json({ success: true });
  }

  #signIn(email: string) {
    const session_uuid = `session ${++this.#count}`;
    this.alive.add(session_uuid);
    return { session_uuid, user: { email, created_at: CREATED_AT, login_time: CREATED_AT } };
  }
}

const UNAUTHORIZED = () =>
  Response.json({ error: 'unauthorized', message: 'no such session' }, { status: 401 });

interface World {
  server: Sessions;
  storage: SessionStorage;
  /** Creates another client of the app, as after a reload. */
  start(): Client;
  client: Client;
}

function world(storage = memoryStorage()): World {
  fakeIndexedDB();
  const server = new Sessions();
  const start = () =>
    createClient({ url: URL_OF_APP.origin, namespace: 'app', storage, fetch: server.fetch });
  return { server, storage, start, client: start() };
}

const signIn = (client: Client, email = 'ada@example.com') =>
  client.signIn({ email, password: PASSWORD });

/** Opens a tab with an offline copy of the user's store, and writes a value. */
async function keepCopy(email = 'ada@example.com'): Promise<Tab> {
  const tab = await openTab(
    undefined,
    offlineCopyName(URL_OF_APP, { email, created_at: CREATED_AT }),
  );
  tab.store.setValue('note', `of ${email}`);
  return tab;
}

const copies = async (): Promise<string[]> =>
  (await databaseNames()).map((name) => name!.split(' ')[1]!).sort();

describe('signing out', () => {
  test('erases the copy of the user, with or without a connection that is open', async () => {
    const { client } = world();
    await signIn(client);
    await keepCopy();
    await client.signOut();
    expect(await copies()).toEqual([]);
    await signIn(client);
    await (await keepCopy()).copy.stop();
    expect(await copies()).toEqual(['ada@example.com']);
    await client.signOut();
    expect(await copies()).toEqual([]);
  });

  test('erases the offline copy after the session has already ended', async () => {
    const { client, server, storage, start } = world();
    await signIn(client);
    await (await keepCopy()).copy.stop();
    server.alive.clear();
    await expect(client.session()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(client.currentSession).toBeUndefined();
    expect(start().currentSession).toBeUndefined();
    expect(await copies()).toEqual(['ada@example.com']);
    await start().signOut();
    expect(await copies()).toEqual([]);
    expect(storage.getItem(KEY)).toBeNull();
  });

  test('works at once without network, and on the server when the network is back', async () => {
    const { client, server, storage, start } = world();
    const { session_uuid } = await signIn(client);
    await keepCopy();
    server.online = false;
    await client.signOut();
    expect(client.currentSession).toBeUndefined();
    expect(await copies()).toEqual([]);
    expect(server.alive.has(session_uuid)).toBe(true);
    server.online = true;
    start();
    await expect.poll(() => server.alive.has(session_uuid)).toBe(false);
    await expect.poll(() => storage.getItem(`${KEY}:sign-outs`)).toBeNull();
  });

  test('is retried after network events and after growing delays', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const page = new EventTarget();
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
    const { client, server } = world();
    const fetched = vi.spyOn(server, 'answer');
    await signIn(client);
    server.online = false;
    fetched.mockClear();
    await client.signOut();
    expect(fetched).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(fetched).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(fetched).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(fetched).toHaveBeenCalledTimes(3);
    server.online = true;
    page.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(0);
    expect(fetched).toHaveBeenCalledTimes(4);
    page.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(fetched).toHaveBeenCalledTimes(4);
  });

  test('resolves after 5 seconds if the server never answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { client, server } = world();
    await signIn(client);
    server.silent = true;
    const signOut = client.signOut();
    expect(client.currentSession).toBeUndefined();
    await vi.advanceTimersByTimeAsync(5_000);
    await signOut;
  });

  test('is not retried for unknown sessions, and at most ten sessions are remembered', async () => {
    const { client, server, storage, start } = world();
    server.online = true;
    const tokens: string[] = [];
    for (let count = 0; count < 12; count++) {
      server.online = true;
      tokens.push((await signIn(client)).session_uuid);
      server.online = false;
      await client.signOut();
    }
    const waiting = JSON.parse(storage.getItem(`${KEY}:sign-outs`)!) as string[];
    expect(waiting).toEqual(tokens.slice(2));
    server.alive.clear();
    server.online = true;
    start();
    await expect.poll(() => storage.getItem(`${KEY}:sign-outs`)).toBeNull();
  });

  test('calls the server once, even if the storage cannot forget the session', async () => {
    const { client, server, storage } = world();
    await signIn(client);
    storage.removeItem = () => {
      throw new DOMException('', 'SecurityError');
    };
    const answer = vi.spyOn(server, 'answer');
    await client.signOut();
    expect(answer).toHaveBeenCalledTimes(1);
  });

  test('works with a failing storage', async () => {
    const { client, server, storage } = world();
    const { session_uuid } = await signIn(client);
    await keepCopy();
    storage.setItem = storage.removeItem = () => {
      throw new DOMException('', 'QuotaExceededError');
    };
    await client.signOut();
    expect(client.currentSession).toBeUndefined();
    expect(await copies()).toEqual([]);
    expect(server.alive.has(session_uuid)).toBe(false);
  });
});

describe('signing in', () => {
  test("as another user ends the former session and erases the former user's offline copy", async () => {
    const { client, server } = world();
    const { session_uuid } = await signIn(client);
    const tab = await keepCopy();
    await signIn(client, 'bob@example.com');
    await expect.poll(() => server.alive.has(session_uuid)).toBe(false);
    await keepCopy('bob@example.com');
    await expect.poll(copies).toEqual(['bob@example.com']);
    tab.store.setValue('note', 'written too late');
    await tab.copy.stop();
    expect(await copies()).toEqual(['bob@example.com']);
    expect(client.currentSession?.user.email).toBe('bob@example.com');
  });

  test('as another user erases the offline copy of a user whose session has ended', async () => {
    const { client, server, start } = world();
    await signIn(client);
    await (await keepCopy()).copy.stop();
    server.alive.clear();
    await expect(client.session()).rejects.toMatchObject({ code: 'unauthorized' });
    await signIn(start(), 'bob@example.com');
    await expect.poll(copies).toEqual([]);
  });

  test('again keeps the copy and ends the former session', async () => {
    const { client, server } = world();
    const { session_uuid } = await signIn(client);
    await (await keepCopy()).copy.stop();
    const second = await signIn(client);
    await expect.poll(() => [...server.alive]).toEqual([second.session_uuid]);
    expect(session_uuid).not.toBe(second.session_uuid);
    expect(await copies()).toEqual(['ada@example.com']);
  });
});

describe('another tab', () => {
  /** A storage whose changes reach the listeners of `storage` events, as in other tabs. */
  function sharedStorage(): SessionStorage {
    const storage = memoryStorage();
    const page = new EventTarget();
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
    const tell = (key: string, newValue: string | null) => {
      const event = Object.assign(new Event('storage'), { storageArea: storage, key, newValue });
      page.dispatchEvent(event);
    };
    const { setItem, removeItem } = storage;
    return Object.assign(storage, {
      setItem(key: string, value: string) {
        setItem(key, value);
        tell(key, value);
      },
      removeItem(key: string) {
        removeItem(key);
        tell(key, null);
      },
    });
  }

  test('that signs out makes this tab erase the offline copy too', async () => {
    const { client: one, start } = world(sharedStorage());
    const two = start();
    await signIn(one);
    expect(two.currentSession).toEqual(one.currentSession);
    const erased = vi.spyOn(indexedDB, 'deleteDatabase');
    await one.signOut();
    expect(two.currentSession).toBeUndefined();
    expect(erased).toHaveBeenCalledTimes(2);
  });

  test('that finds the session ended keeps the offline copy', async () => {
    const { server, client: one, start } = world(sharedStorage());
    const two = start();
    await signIn(one);
    await (await keepCopy()).copy.stop();
    server.alive.clear();
    await expect(one.session()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(two.currentSession).toBeUndefined();
    expect(await copies()).toEqual(['ada@example.com']);
  });
});
