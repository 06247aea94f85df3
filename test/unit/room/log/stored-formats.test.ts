import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountShard } from '../../../../src/account-shard.ts';
import { directoryHandlers } from '../../../../src/auth/directory/directory-room.ts';
import type { RoomHost } from '../../../../src/platform.ts';
import { CLOSE } from '../../../../src/protocol/close-codes.ts';
import { LOG_FORMAT } from '../../../../src/room/log/log-head.ts';
import { readStored } from '../../../fixtures/stored.ts';
import { AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { openDocument } from '../../../helpers/in-memory/documents.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';

const written = {
  tasks: {
    a: { title: 'stay', done: null },
    c: { title: 'after the snapshot' },
    d: { title: '漢' },
  },
  notes: { n: { text: '2'.repeat(120_000), short: '5'.repeat(20_000) } },
};

/** The cursors after the oldest kept record, and at the end. */
describe.each([
  [
    'user-room-3',
    written,
    { first: '5200b9ae6e60.402576.e7e5ba2e', last: '5200b9ae6e60.483757.8848c33f' },
  ],
  [
    'user-room-4',
    written,
    { first: 'b9883fa79b09.402576.bbb86b2d', last: 'b9883fa79b09.483757.0820d103' },
  ],
])('a user room in a stored format: %s', (name, tables, cursors) => {
  it('sends devices all its content', async () => {
    const room = await new MemoryRoom({}, await readStored(name)).start();
    const { store } = await room.connect();
    expect(store.getTables()).toEqual(tables);
    expect(store.getValues()).toMatchObject({ colour: 'green' });
    expect(store.hasValue('gone')).toBe(false);
  });

  it('can be continued and compacted, and then read again', async () => {
    const storage = await readStored(name);
    const room = await new MemoryRoom({}, storage).start();
    const { store } = await room.connect();
    store.setCell('tasks', 'e', 'title', 'new');
    for (let round = 0; round < 8; round++) {
      store.setCell('notes', 'n', 'text', `${round} é`.repeat(20_000));
      await room.settle();
    }
    expect(await storage.get('log-head')).toMatchObject({ format: LOG_FORMAT });
    const again = await (await new MemoryRoom({}, storage).start()).connect();
    expect(again.store.getTables()).toEqual(store.getTables());
  });

  it('knows what has changed after a cursor', async () => {
    const document = await openDocument(await readStored(name));
    expect(document.cursor()).toBe(cursors.last);
    const changed = await document.changedSince(cursors.first);
    expect(changed?.map(({ id }) => id)).toEqual(['short', 'title', 'title']);
  });

  it('is not changed if its format is newer than this version supports', async () => {
    const storage = await readStored(name);
    const head = { ...(await storage.get<object>('log-head')), format: LOG_FORMAT + 1 };
    await storage.put('log-head', head);
    const before = storage.dump();
    const room = await new MemoryRoom({}, storage).start();
    expect((await room.open()).closed).toEqual(CLOSE.newerFormat);
    expect(storage.dump()).toBe(before);
  });
});

describe('an auth room in the first stored format', () => {
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
    // Without a name, rooms store the one that they receive.
    const world = new AuthWorld({ LOG_KEY: 'k'.repeat(32) });
    const storage = world.storage(await accountShard(account.namespace, account.email));
    await storage.put(Object.fromEntries(await (await readStored('auth-room-1')).list()));
    return { world, storage };
  }

  it('signs its accounts in and knows their sessions', async () => {
    const { world } = await storedWorld();
    const token = await world.signIn(account);
    expect(await world.askAs('session', token)).toMatchObject({
      value: { user: { email: account.email, created_at: expect.stringMatching(/^2026-11-/) } },
    });
    expect(await world.askAs('list-sessions', token)).toMatchObject({
      value: { sessions: [expect.anything(), expect.anything()] },
    });
  });

  it('does not open an account of a newer format', async () => {
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

describe('a directory in the first stored format', () => {
  const [ann, bob] = [
    { id: 'b55292f1-9db1-454e-aafc-e2f7d6a68d08', email: 'Ann@Example.com', is_disabled: true },
    { id: 'd6a9d5aa-8bb9-4e1a-b422-cb958453a50b', email: 'bob@example.com', is_disabled: false },
  ];
  const stores = [
    { id: '05d4f094-60fa-8d65-b26b-a7789160f9dd' },
    { id: 'b7646014-6c83-84e0-b842-543c45a1bd04' },
  ];

  const open = async () => {
    const storage = await readStored('directory-1');
    return { storage, room: directoryHandlers({ storage } as unknown as RoomHost) };
  };

  it('lists its accounts and stores, and finds an account', async () => {
    const { room } = await open();
    expect(await room['list-accounts']({ limit: 9 })).toMatchObject({
      value: { accounts: [ann, bob], cursor: null },
    });
    expect(await room['list-stores']({ limit: 9 })).toEqual({
      ok: true,
      value: { stores, cursor: null },
    });
    expect(await room['find-account']({ id: bob.id })).toMatchObject({ value: bob });
    expect(await room['count-entries']({})).toMatchObject({
      value: { accounts: 2, verified: 1, disabled: 1, stores: 2 },
    });
  });

  it('knows what a rebuilding has seen, and what was deleted', async () => {
    const { room } = await open();
    const page = { rebuild: 'b4c94997-0134-4116-9b27-6bce5e58e336', limit: 9 };
    expect(await room['list-unseen'](page)).toMatchObject({ value: { accounts: [bob] } });
    expect(await room['list-unseen-stores'](page)).toMatchObject({
      value: { ids: [stores[0]!.id] },
    });
    await room['set-store']({ store: { id: '3704ad29-fcef-865d-84f1-ba8bc2273451' } });
    expect(await room['list-stores']({ limit: 9 })).toMatchObject({ value: { stores } });
  });
});
