import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { directoryHandlers } from '../../../../src/auth/directory/directory-room.ts';
import { createStoreId } from '../../../../src/auth/stores/create-store-id.ts';
import type { DirectoryOperations } from '../../../../src/operations/directory-operations.ts';
import type { Handlers } from '../../../../src/operations/room-calls.ts';
import type { RoomHost } from '../../../../src/platform.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';
import {
  existingStores,
  listedStores,
  rebuild,
  roomsWithData,
} from '../../../helpers/in-memory/told-directory.ts';

const { password, client } = ANN;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A world in which Ann is signed in. */
async function newWorld(): Promise<{ world: AuthWorld; session: string }> {
  const world = new AuthWorld();
  world.stubsHashing = true;
  return { world, session: await world.signUp() };
}

async function createStore(world: AuthWorld, session: string): Promise<string> {
  const created = await world.askAs('create-store', session, { name: 'Holiday' });
  if (!created.ok) throw new Error(created.message);
  return created.value.store;
}

/** Waits until the directory lists the stores that exist, and returns them. */
async function told(world: AuthWorld): Promise<string[]> {
  await vi.waitFor(async () => expect(await listedStores(world)).toEqual(existingStores(world)));
  return listedStores(world);
}

/** Tells Ann's auth room that her store was deleted, as the room of the store does. */
async function tellOfDeletion(world: AuthWorld, store: string): Promise<void> {
  const { shard, id: account } = await world.home();
  const joined_at = '2026-01-31T08:00:00.000Z';
  const membership = { account, store, name: '', role: null, joined_at, version: 9 };
  await world.askShard('set-membership', shard, { ...membership, is_deleted: true });
}

describe('the directory is told that a store', () => {
  it('was created, and nobody waits for that', async () => {
    const { world, session } = await newWorld();
    world.directory = 'unreachable';
    const store = await createStore(world, session);
    expect(await listedNothing(world)).toBe(true);
    world.directory = 'reachable';
    await world.alarms();
    expect(await told(world)).toEqual([store]);
    const { storage } = await world.home();
    await expect.poll(() => storage.dump()).not.toContain('outbox:');
  });

  it('was deleted by an owner, and does not list it again for a late message', async () => {
    const { world, session } = await newWorld();
    const store = await createStore(world, session);
    expect(await told(world)).toEqual([store]);
    world.stores.delete(store);
    await tellOfDeletion(world, store);
    expect(await told(world)).toEqual([]);
    const room = directoryHandlers({
      storage: world.storage('directory-notes'),
    } as unknown as RoomHost);
    await room['set-store']({ store: { id: store } });
    expect(await listedStores(world)).toEqual([]);
  });

  it('was deleted with the account of its last owner', async () => {
    const { world, session } = await newWorld();
    await createStore(world, session);
    await createStore(world, session);
    expect(await told(world)).toHaveLength(2);
    await world.askAs('delete-account', session, { password, client });
    expect(world.stores.stores.size).toBe(0);
    expect(await told(world)).toEqual([]);
  });

  it('exists when its creation is told late, after it was left by its creator', async () => {
    const { world, session } = await newWorld();
    world.directory = 'unreachable';
    const store = await createStore(world, session);
    world.stores.stores.get(store)!.roles.set('somebody', 'owner');
    await world.askAs('delete-account', session, { password, client });
    world.directory = 'reachable';
    await world.alarms();
    expect(await told(world)).toEqual([store]);
  });
});

const listedNothing = async (world: AuthWorld): Promise<boolean> =>
  (await world.storage('directory-notes').list({ prefix: 'store:' })).size === 0;

describe('rebuilding a directory', () => {
  it('lists the stores of which nothing was told, and removes those that are gone', async () => {
    const { world, session } = await newWorld();
    const [kept, gone] = [await createStore(world, session), await createStore(world, session)];
    await told(world);
    await world.storage('directory-notes').delete(`store:${kept}`);
    world.stores.delete(gone!);
    const { storage, id } = await world.home();
    await storage.delete(`membership:${id}:${gone}`);
    const steps = await rebuild(roomsWithData(world));
    expect(await listedStores(world)).toEqual([kept]);
    expect(steps.reduce((sum, { removed }) => sum + removed, 0)).toBe(1);
  });

  it('asks at most 42 rooms a step for stores that no account owns any more', async () => {
    const { world } = await newWorld();
    const room = directoryHandlers({
      storage: world.storage('directory-notes'),
    } as unknown as RoomHost);
    const stores = Array.from({ length: 100 }, () => ({ id: createStoreId() }));
    await room['set-entries']({ entries: [], stores });
    const perStep: number[] = [];
    let before = world.calls.length;
    await rebuild(roomsWithData(world), 'notes', async () => {
      perStep.push(world.calls.length - before);
      before = world.calls.length;
    });
    expect(Math.max(...perStep)).toBeLessThanOrEqual(42);
    expect(world.calls.filter((call) => call.endsWith('/store-state'))).toHaveLength(100);
    expect(await listedStores(world)).toEqual([]);
  });

  it('keeps a store that was created while the rebuilding went on', async () => {
    const { world, session } = await newWorld();
    let steps = 0;
    await rebuild(roomsWithData(world), 'notes', async () => {
      steps += 1;
      if (steps === 103) await createStore(world, session);
    });
    expect(steps).toBeGreaterThan(103);
    expect(await told(world)).toHaveLength(1);
  });
});

describe('the list of stores', () => {
  const open = () => {
    const storage = new MemoryStorage();
    const room: Handlers<DirectoryOperations> = directoryHandlers({
      storage,
    } as unknown as RoomHost);
    return { storage, room };
  };

  it('is in the order of the ids, page by page', async () => {
    const { room } = open();
    const ids = Array.from({ length: 5 }, createStoreId);
    for (const id of ids) await room['set-store']({ store: { id } });
    const [first, second, third, ...rest] = [...ids].sort();
    const page = await room['list-stores']({ limit: 3 });
    expect(page).toMatchObject({
      value: { stores: [{ id: first }, { id: second }, { id: third }], cursor: third },
    });
    const next = await room['list-stores']({ limit: 3, cursor: third });
    expect(next).toMatchObject({ value: { stores: rest.map((id) => ({ id })), cursor: null } });
  });

  it.each([0, 501, 1.5])('refuses a page of %s', async (limit) => {
    const { room } = open();
    expect(await room['list-stores']({ limit })).toMatchObject({ field: 'limit' });
  });

  it('leaves an entry of a newer format untouched', async () => {
    const { storage, room } = open();
    const entry = { format: 2, id: createStoreId() };
    await storage.put(`store:${entry.id}`, entry);
    await expect(room['list-stores']({ limit: 1 })).rejects.toThrow('newer format');
    const store = { id: entry.id, is_deleted: true } as const;
    await expect(room['set-store']({ store })).rejects.toThrow('newer format');
    expect(await storage.get(`store:${entry.id}`)).toEqual(entry);
  });
});
