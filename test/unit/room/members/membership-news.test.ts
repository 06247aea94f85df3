import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MembershipNews } from '../../../../src/operations/auth-room-operations.ts';
import type { RoomStub } from '../../../../src/platform.ts';
import { StoreRoom } from '../../../helpers/in-memory/rooms/store-room.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0) });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An auth room that records what it is told. */
class FakeAuthRoom implements RoomStub {
  readonly told: MembershipNews[] = [];
  isDown = false;

  async fetch(_path: string, init?: RequestInit): Promise<Response> {
    if (this.isDown) throw new Error('the auth room is down');
    this.told.push(JSON.parse(String(init?.body)));
    return Response.json({});
  }

  /** Roles and versions, by what was told. */
  get roles() {
    return this.told.map(({ role, version }) => [role, version]);
  }
}

async function roomWithAuth() {
  const auth = new FakeAuthRoom();
  const room = new StoreRoom();
  room.auth = auth;
  await room.create();
  return { room, auth };
}

/** Fires the alarm when it is due. */
async function ring(room: StoreRoom): Promise<void> {
  vi.setSystemTime(room.storage.alarm!);
  await room.room.alarm();
}

describe('the auth room of a member', () => {
  it('is told of each change of the membership before the change is answered', async () => {
    const { room, auth } = await roomWithAuth();
    const bob = await room.add('bob', 'editor');
    const member = room.owner;
    await room.ask('set-role', { member, account: bob.account, role: 'viewer' });
    await room.ask('rename-store', { member, name: 'Work' });
    await room.ask('remove-member', { member, account: bob.account });
    const theirs = auth.told.filter(({ account }) => account === bob.account);
    expect(theirs.map(({ name, role, version }) => [name, role, version])).toEqual([
      ['Holiday', 'editor', 1],
      ['Holiday', 'viewer', 2],
      ['Work', 'viewer', 3],
      ['Work', null, 4],
    ]);
    expect(room.storage.alarm).toBeNull();
    expect(await room.storage.list({ prefix: 'news:' })).toEqual(new Map());
  });

  it('is told whether a membership has ended because the store was deleted', async () => {
    const { room, auth } = await roomWithAuth();
    const member = room.owner;
    const bob = await room.add('bob', 'editor');
    await room.ask('remove-member', { member, account: bob.account });
    await room.ask('delete-store', { member });
    const ends = auth.told.filter(({ role }) => role === null);
    expect(ends.map(({ account, is_deleted }) => [account, is_deleted])).toEqual([
      [bob.account, undefined],
      [member.account, true],
    ]);
  });

  it('is told the latest state by the alarm if it was down, after pauses that grow', async () => {
    const { room, auth } = await roomWithAuth();
    auth.isDown = true;
    const bob = await room.add('bob', 'editor');
    await room.ask('set-role', { member: room.owner, account: bob.account, role: 'viewer' });
    await room.start();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      const before = Date.now();
      await ring(room);
      pauses.push(Date.now() - before);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
    auth.isDown = false;
    await ring(room);
    expect(auth.roles).toEqual([['viewer', 2]]);
    await ring(room);
    expect(room.storage.alarm).toBeNull();
  });

  it('is told at the next request if the room was woken without a way to others', async () => {
    const { room, auth } = await roomWithAuth();
    room.auth = undefined;
    await room.add('bob', 'editor');
    await room.start();
    await ring(room);
    room.auth = auth;
    vi.setSystemTime(Date.now() + 60_000);
    await room.ask('list-members', { member: room.owner });
    await vi.waitFor(() => expect(auth.roles).toEqual([['editor', 1]]));
  });

  it('is told of a deleted store after the room is empty', async () => {
    const { room, auth } = await roomWithAuth();
    await room.add('bob', 'editor');
    auth.isDown = true;
    await room.ask('delete-store', { member: room.owner });
    const keys = [...(await room.storage.list()).keys()].map((key) => key.split(':')[0]);
    expect(new Set(keys)).toEqual(new Set(['store', 'news']));
    await room.start();
    auth.isDown = false;
    await ring(room);
    expect(auth.told.slice(-2).map(({ role }) => role)).toEqual([null, null]);
    expect([...(await room.storage.list()).keys()]).toEqual(['store']);
  });

  it('does not make a device or a heartbeat wait', async () => {
    const { room, auth } = await roomWithAuth();
    auth.isDown = true;
    await room.add('bob', 'editor');
    auth.isDown = false;
    auth.fetch = () => new Promise(() => undefined);
    const socket = await room.open({ member: room.owner });
    const before = socket.received.length;
    vi.setSystemTime(room.storage.alarm!);
    void room.room.alarm();
    await vi.waitFor(() => expect(socket.received.length).toBeGreaterThan(before));
    const { sockets } = room;
    expect(sockets.size).toBe(1);
  });
});
