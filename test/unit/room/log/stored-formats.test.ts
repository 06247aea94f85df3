import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountShard } from '../../../../src/account-shard.ts';
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
