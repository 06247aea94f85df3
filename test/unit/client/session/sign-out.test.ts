import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  copies,
  keepCopy,
  STORAGE_KEY,
  sessionWorld,
  signIn,
} from '../../../helpers/simulated-client/session-world.ts';

describe('signing out', () => {
  test('erases the copy of the user, with or without a connection that is open', async () => {
    const { client } = sessionWorld();
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
    const { client, server, storage, start } = sessionWorld();
    await signIn(client);
    await (await keepCopy()).copy.stop();
    server.alive.clear();
    await expect(client.session()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(client.currentSession).toBeUndefined();
    expect(start().currentSession).toBeUndefined();
    expect(await copies()).toEqual(['ada@example.com']);
    await start().signOut();
    expect(await copies()).toEqual([]);
    expect(storage.getItem(STORAGE_KEY)).toBeNull();
  });

  test('works at once without network, and on the server when the network is back', async () => {
    const { client, server, storage, start } = sessionWorld();
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
    await expect.poll(() => storage.getItem(`${STORAGE_KEY}:sign-outs`)).toBeNull();
  });

  test('is retried after network events and after growing delays', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const page = new EventTarget();
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
    const { client, server } = sessionWorld();
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
    const { client, server } = sessionWorld();
    await signIn(client);
    server.silent = true;
    const signOut = client.signOut();
    expect(client.currentSession).toBeUndefined();
    await vi.advanceTimersByTimeAsync(5_000);
    await signOut;
  });

  test('is not retried for unknown sessions, and at most ten sessions are remembered', async () => {
    const { client, server, storage, start } = sessionWorld();
    server.online = true;
    const tokens: string[] = [];
    for (let count = 0; count < 12; count++) {
      server.online = true;
      tokens.push((await signIn(client)).session_uuid);
      server.online = false;
      await client.signOut();
    }
    const waiting = JSON.parse(storage.getItem(`${STORAGE_KEY}:sign-outs`)!) as string[];
    expect(waiting).toEqual(tokens.slice(2));
    server.alive.clear();
    server.online = true;
    start();
    await expect.poll(() => storage.getItem(`${STORAGE_KEY}:sign-outs`)).toBeNull();
  });

  test('calls the server once, even if the storage cannot forget the session', async () => {
    const { client, server, storage } = sessionWorld();
    await signIn(client);
    storage.removeItem = () => {
      throw new DOMException('', 'SecurityError');
    };
    const answer = vi.spyOn(server, 'answer');
    await client.signOut();
    expect(answer).toHaveBeenCalledTimes(1);
  });

  test('works with a failing storage', async () => {
    const { client, server, storage } = sessionWorld();
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
