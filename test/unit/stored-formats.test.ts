import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountShard } from '../../src/protocol/account-shard.ts';
import { CLOSE } from '../../src/protocol/close.ts';
import { readStored } from '../fixtures/stored.ts';
import { AuthWorld } from '../helpers/auth-world.ts';
import { MemoryRoom } from '../helpers/memory-room.ts';

describe('a user room that the first format was written by', () => {
  it('gives devices all that was in it', async () => {
    const room = await new MemoryRoom({}, await readStored('user-room-1')).start();
    const { store } = await room.connect();
    expect(store.getTables()).toEqual({
      tasks: { a: { title: 'stay', done: null }, c: { title: 'after the snapshot' } },
      notes: { n: { text: '4'.repeat(60_000) } },
    });
    expect(store.getValues()).toMatchObject({ colour: 'green' });
    expect(store.hasValue('gone')).toBe(false);
  });

  it('is written on in a way that can be read again', async () => {
    const storage = await readStored('user-room-1');
    const room = await new MemoryRoom({}, storage).start();
    const { store } = await room.connect();
    store.setCell('tasks', 'd', 'title', 'new');
    await room.settle();
    const again = await (await new MemoryRoom({}, storage).start()).connect();
    expect(again.store.getTables()).toEqual(store.getTables());
  });

  it('is left alone where its format is newer than this version knows', async () => {
    const storage = await readStored('user-room-1');
    await storage.put('log-head', { ...(await storage.get<object>('log-head')), format: 2 });
    const before = storage.dump();
    const room = await new MemoryRoom({}, storage).start();
    expect((await room.open()).closed).toEqual(CLOSE.newerFormat);
    expect(storage.dump()).toBe(before);
  });
});

describe('an auth room that the first format was written by', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-12-01T00:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const account = {
    namespace: 'notes',
    email: 'ann@example.com',
    password: 'correct horse battery',
  };

  async function storedWorld() {
    const world = new AuthWorld();
    const storage = world.storage(await accountShard(account.namespace, account.email));
    await storage.put(Object.fromEntries(await (await readStored('auth-room-1')).list()));
    return { world, storage };
  }

  it('lets its accounts in, and knows their sessions', async () => {
    const { world } = await storedWorld();
    const token = await world.signIn(account);
    expect(await world.askAs('session', token)).toMatchObject({
      value: { user: { email: account.email, created_at: expect.stringMatching(/^2026-11-/) } },
    });
    expect(await world.askAs('list-sessions', token)).toMatchObject({
      value: { sessions: [expect.anything(), expect.anything()] },
    });
  });

  it('has no account of a newer format opened', async () => {
    const { world, storage } = await storedWorld();
    const [[key, stored]] = [...(await storage.list<object>({ prefix: 'account:' }))] as [
      [string, object],
    ];
    await storage.put(key, { ...stored, format: 2 });
    const before = storage.dump();
    await expect(world.ask('sign-in', account)).rejects.toThrow('newer format');
    expect(storage.dump()).toBe(before);
  });
});
