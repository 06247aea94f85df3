import { createMergeableStore } from 'tinybase';
import { expect, test, vi } from 'vitest';
import { MESSAGE } from '../../../src/protocol/frame.ts';
import { NOTICE_ID } from '../../../src/protocol/notice.ts';
import { type Framework, PRESENCE } from './apps/app.ts';
import { BindingWorld, settle } from './binding-world.ts';

const STORE = '11111111-2222-8333-8444-555555555555';
const SIGNED_OUT = 'nobody, signed-out, saved, no title, no reason';
const ONLINE = 'user 1, online, saved, Learn, no reason';

/** What every binding does. */
export function testBinding(framework: Framework): void {
  test('nobody is signed in: it shows that, and opens no connection', async () => {
    const world = new BindingWorld();
    world.show(framework);
    await world.untilShown(SIGNED_OUT);
    await settle();
    expect(world.network.calls).toEqual([]);
    expect(world.complaints).toEqual([]);
  });

  test('a session opens one connection, and shows its state and its store', async () => {
    const world = new BindingWorld();
    await world.signIn();
    world.show(framework);
    await world.untilShown(ONLINE);
    world.network.write((store) => store.setCell('tasks', 'one', 'title', 'Learned'));
    await world.untilShown('user 1, online, saved, Learned, no reason');
    await settle();
    expect([world.tickets, world.network.sockets.length]).toEqual([1, 1]);
    expect([...world.shown].filter((text) => text?.startsWith('nobody'))).toEqual([]);
    expect(world.shown.size).toBeGreaterThan(2);
    expect(world.complaints).toEqual([]);
  });

  test('each sign-in opens a connection of its own, and a sign-out ends it', async () => {
    const world = new BindingWorld();
    world.show(framework);
    await world.untilShown(SIGNED_OUT);
    await world.signIn();
    await world.untilShown(ONLINE);
    await world.client.signOut();
    await world.untilShown(SIGNED_OUT);
    expect(world.network.live).toEqual([]);
    await world.signIn();
    await world.untilShown('user 2, online, saved, Learn, no reason');
    expect([world.tickets, world.network.live.length]).toEqual([2, 1]);
    await world.signIn();
    await world.untilShown('user 3, online, saved, Learn, no reason');
    expect([world.tickets, world.network.live.length]).toEqual([3, 1]);
  });

  test('it is ready only when an asynchronous storage has told who is signed in', async () => {
    const user = { email: 'user 1', created_at: '', login_time: '' };
    for (const [stored, line] of [
      [null, SIGNED_OUT],
      [JSON.stringify({ session_uuid: 'stored', user }), ONLINE],
    ] as const) {
      const world = new BindingWorld();
      const { storage, tell } = slowStorage(stored);
      world.show(framework, 'mount', { client: world.network.client({ storage }) });
      await world.untilShown('not ready, nobody, connecting, not saved, no title, no reason');
      tell();
      await world.untilShown(line);
      expect([...world.shown].filter((text) => text?.startsWith('nobody'))).toEqual(
        stored ? [] : [SIGNED_OUT],
      );
      expect(world.complaints).toEqual([]);
    }
  });

  test('unmounting closes the connection, and later sign-ins open none', async () => {
    const world = new BindingWorld();
    await world.signIn();
    const app = world.show(framework);
    await world.untilShown(ONLINE);
    app.unmount();
    await vi.waitFor(() => expect(world.network.live).toEqual([]));
    await world.client.signOut();
    await world.signIn();
    await settle();
    expect(world.tickets).toBe(1);
  });

  test('an app whose device cannot connect shows the reason and continues', async () => {
    const world = new BindingWorld();
    const client = world.network.client({ WebSocket: undefined });
    vi.stubGlobal('WebSocket', undefined);
    world.show(framework, 'mount', { client });
    await world.untilShown('ada@example.com, refused, not saved, no title, unsupported');
    await client.signOut();
    await world.untilShown(SIGNED_OUT);
    vi.unstubAllGlobals();
  });

  test('a shared store shows the role of the user, and the list of stores is live', async () => {
    const world = new BindingWorld();
    await world.signIn();
    const other = world.client.connect();
    world.show(framework, 'mount', { store: STORE });
    await world.untilShown(ONLINE);
    tell(world, { role: ['viewer'] });
    await world.untilShown(`${ONLINE}, viewer`);
    const role = 'viewer';
    world.stores = [{ store: STORE, name: 'Shopping', role, joined_at: '' }];
    tell(world, { stores: [''] });
    await world.untilShown(`${ONLINE}, viewer, Shopping`);
    expect(world.network.sockets.filter(({ url }) => url.includes(STORE))).toHaveLength(1);
    expect(world.complaints).toEqual([]);
    await other.close();
  });

  test('the members of a shared store are shown, and again after each change', async () => {
    const world = new BindingWorld();
    await world.signIn();
    const ann = { id: 'a', email: 'ann', role: 'owner', joined_at: '' } as const;
    const bob = { id: 'b', email: 'bob', role: 'viewer', joined_at: '' } as const;
    world.members = [ann];
    const app = world.show(framework, 'mount', { store: STORE });
    await world.untilShown(ONLINE);
    tell(world, { members: [1] });
    await world.untilShown(`${ONLINE}, ann`);
    world.members = [ann, bob];
    tell(world, { members: [2] });
    await world.untilShown(`${ONLINE}, ann, bob`);
    const calls = () => world.network.calls.filter((path) => path === 'members').length;
    expect(calls()).toBe(2);
    tell(world, { members: [2] });
    app.unmount();
    tell(world, { members: [3] });
    await settle();
    expect(calls()).toBe(2);
    expect(world.complaints).toEqual([]);
  });

  test('presence that is set when the app is mounted is sent, and the others are shown', async () => {
    const world = new BindingWorld();
    await world.signIn();
    const sent: unknown[] = [];
    const { take } = world.network;
    world.network.take = (socket, frame) => {
      if (frame.startsWith(`\n[null,${MESSAGE.presence},`)) sent.push(JSON.parse(frame)[2]);
      take(socket, frame);
    };
    world.show(framework);
    await world.untilShown(ONLINE);
    const message = { device: expect.any(String), data: PRESENCE };
    await vi.waitFor(() => expect(sent).toEqual([message]));
    tell(world, { presence: [[{ device: 'a', data: 'ann' }]] });
    await world.untilShown(`${ONLINE}, ann`);
    tell(world, { presence: [[{ device: 'b', data: 'bob' }]] });
    await world.untilShown(`${ONLINE}, ann, bob`);
    world.network.live[0]?.end(1006);
    await world.untilShown(ONLINE);
    await world.client.signOut();
    await world.untilShown(SIGNED_OUT);
    await world.signIn();
    await world.untilShown('user 2, online, saved, Learn, no reason');
    tell(world, { presence: [[{ device: 'c', data: 'eve' }]] });
    await world.untilShown('user 2, online, saved, Learn, no reason, eve');
    expect(world.complaints).toEqual([]);
  });

  test('makeStore makes one store for a session, and other options reach the connection', async () => {
    const world = new BindingWorld();
    await world.signIn();
    const makeStore = vi.fn(() => createMergeableStore());
    world.show(framework, 'mount', { makeStore, heartbeat: false });
    await world.untilShown(ONLINE);
    world.network.beat();
    await settle();
    expect(makeStore.mock.calls).toEqual([[world.client]]);
    expect(makeStore.mock.results[0]?.value.getValues()).toEqual({});
  });
}

/** A notice of the server to all devices. */
const tell = (world: BindingWorld, notice: object): void => {
  for (const socket of world.network.live) socket.receive(NOTICE_ID, MESSAGE.response, [notice]);
};

/** An asynchronous storage that has a session, and tells it when `tell` is called. */
function slowStorage(session: string | null) {
  let tell = () => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const storage = {
    getItem: (key: string) => told.then(() => (key.endsWith(':sign-outs') ? null : session)),
    setItem: async () => {},
    removeItem: async () => {},
  };
  return { storage, tell };
}
