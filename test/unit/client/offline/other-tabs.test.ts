import { describe, expect, test, vi } from 'vitest';
import type { SessionStorage } from '../../../../client/session/session-storage.ts';
import { memoryStorage } from '../../../helpers/devices/clients.ts';
import {
  copies,
  keepCopy,
  sessionWorld,
  signIn,
} from '../../../helpers/simulated-client/session-world.ts';

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
    const { client: one, start } = sessionWorld(sharedStorage());
    const two = start();
    await signIn(one);
    expect(two.currentSession).toEqual(one.currentSession);
    const erased = vi.spyOn(indexedDB, 'deleteDatabase');
    await one.signOut();
    expect(two.currentSession).toBeUndefined();
    expect(erased).toHaveBeenCalledTimes(2);
  });

  test('that finds the session ended keeps the offline copy', async () => {
    const { server, client: one, start } = sessionWorld(sharedStorage());
    const two = start();
    await signIn(one);
    await (await keepCopy()).copy.stop();
    server.alive.clear();
    await expect(one.session()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(two.currentSession).toBeUndefined();
    expect(await copies()).toEqual(['ada@example.com']);
  });
});
