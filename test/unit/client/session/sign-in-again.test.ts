import { describe, expect, test } from 'vitest';
import {
  copies,
  keepCopy,
  sessionWorld,
  signIn,
} from '../../../helpers/simulated-client/session-world.ts';

describe('signing in', () => {
  test("as another user ends the former session and erases the former user's offline copy", async () => {
    const { client, server } = sessionWorld();
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
    const { client, server, start } = sessionWorld();
    await signIn(client);
    await (await keepCopy()).copy.stop();
    server.alive.clear();
    await expect(client.session()).rejects.toMatchObject({ code: 'unauthorized' });
    await signIn(start(), 'bob@example.com');
    await expect.poll(copies).toEqual([]);
  });

  test('again keeps the copy and ends the former session', async () => {
    const { client, server } = sessionWorld();
    const { session_uuid } = await signIn(client);
    await (await keepCopy()).copy.stop();
    const second = await signIn(client);
    await expect.poll(() => [...server.alive]).toEqual([second.session_uuid]);
    expect(session_uuid).not.toBe(second.session_uuid);
    expect(await copies()).toEqual(['ada@example.com']);
  });
});
