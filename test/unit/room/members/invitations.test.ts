import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { account, StoreRoom } from '../../../helpers/in-memory/rooms/store-room.ts';

const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0) });
});
afterEach(() => {
  vi.useRealTimers();
});

const NOT_GOOD = { ok: false, error: 'invalid_token' };
const accepted = (role: string) => ({ ok: true, value: { membership: { role } } });

const openOnes = async (room: StoreRoom, member = room.owner) => {
  const listed = await room.ask('list-invitations', { member });
  if (!listed.ok) throw new Error(listed.message);
  return listed.value.invitations;
};

describe('an invitation', () => {
  it('is good for as many accounts as it says', async () => {
    const room = await new StoreRoom().create();
    const token = await room.invite('editor', 2);
    expect(await room.accept(token, account('bob'))).toMatchObject(accepted('editor'));
    expect(await openOnes(room)).toMatchObject([{ role: 'editor', uses_left: 1 }]);
    expect(await room.accept(token, account('eve'))).toMatchObject(accepted('editor'));
    expect(await openOnes(room)).toEqual([]);
    expect(await room.accept(token, account('carl'))).toMatchObject(NOT_GOOD);
  });

  it('with one use left lets in one of two who accept at once', async () => {
    const room = await new StoreRoom().create();
    const token = await room.invite('editor');
    const both = await Promise.all(['bob', 'eve'].map((name) => room.accept(token, account(name))));
    expect(both.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('can be accepted again by the same account, whose answer was lost, without another use', async () => {
    const room = await new StoreRoom().create();
    const bob = account('bob');
    const token = await room.invite('editor');
    const first = await room.accept(token, bob);
    await room.start();
    expect(await room.accept(token, bob)).toEqual(first);
    const other = await room.invite('viewer');
    expect(await room.accept(other, bob)).toMatchObject(accepted('editor'));
    expect(await openOnes(room)).toMatchObject([{ uses_left: 1 }]);
  });

  it('raises the role of a member for one use', async () => {
    const room = await new StoreRoom().create();
    const eve = await room.add('eve', 'viewer');
    const token = await room.invite('editor');
    expect(await room.accept(token, eve)).toMatchObject(accepted('editor'));
    expect(await openOnes(room)).toEqual([]);
  });

  it('is over at its end', async () => {
    const room = await new StoreRoom().create();
    const token = await room.invite('editor', 1, Date.now() + HOUR);
    vi.setSystemTime(Date.now() + HOUR);
    expect(await openOnes(room)).toEqual([]);
    expect(await room.accept(token, account('bob'))).toMatchObject(NOT_GOOD);
  });

  it('is over when it is revoked', async () => {
    const room = await new StoreRoom().create();
    const token = await room.invite('editor');
    const id = (await openOnes(room))[0]!.id;
    const revocation = { member: room.owner, id };
    expect(await room.ask('revoke-invitation', revocation)).toMatchObject({ ok: true });
    expect(await room.ask('revoke-invitation', revocation)).toMatchObject({ error: 'not_found' });
    await room.start();
    expect(await room.accept(token, account('bob'))).toMatchObject(NOT_GOOD);
  });

  it('is refused in another namespace, and after the store is deleted', async () => {
    const room = await new StoreRoom().create();
    const token = await room.invite('editor');
    expect(await room.accept(token, account('bob', 'notes'))).toMatchObject(NOT_GOOD);
    await room.ask('delete-store', { member: room.owner });
    expect(await room.accept(token, account('bob'))).toMatchObject(NOT_GOOD);
  });

  it('from before a removal or a demotion is of no use to whom it concerned', async () => {
    const room = await new StoreRoom().create();
    const token = await room.invite('editor', 10);
    const [bob, eve] = [account('bob'), account('eve')];
    await room.accept(token, bob);
    await room.accept(token, eve);
    await room.ask('remove-member', { member: room.owner, account: bob.account });
    await room.ask('set-role', { member: room.owner, account: eve.account, role: 'viewer' });
    await room.start();
    expect(await room.accept(token, bob)).toMatchObject(NOT_GOOD);
    expect(await room.accept(token, eve)).toMatchObject(accepted('viewer'));
    expect(await room.accept(token, account('carl'))).toMatchObject(accepted('editor'));
    expect(await room.accept(await room.invite('viewer'), bob)).toMatchObject(accepted('viewer'));
  });

  it('lets who has left come back', async () => {
    const room = await new StoreRoom().create();
    const token = await room.invite('editor', 2);
    const bob = account('bob');
    await room.accept(token, bob);
    await room.ask('remove-member', { member: bob, account: bob.account });
    expect(await room.accept(token, bob)).toMatchObject(accepted('editor'));
  });

  it('ends with the ownership of who has created it', async () => {
    const room = await new StoreRoom().create();
    const bob = await room.add('bob', 'owner');
    const token = await room.invite('owner', 10);
    await room.ask('set-role', { member: bob, account: room.owner.account, role: 'editor' });
    expect(await openOnes(room, bob)).toEqual([]);
    expect(await room.accept(token, account('carl'))).toMatchObject(NOT_GOOD);
  });
});

describe('the invitations of a store', () => {
  it('are at most 100 at once, and those that are over make room', async () => {
    const room = await new StoreRoom().create();
    for (let count = 0; count < 100; count++) await room.invite('viewer', 1, Date.now() + HOUR);
    await expect(room.invite('viewer')).rejects.toThrow('100 open invitations');
    vi.setSystemTime(Date.now() + HOUR);
    await room.invite('viewer');
    expect(await openOnes(room)).toHaveLength(1);
    const stored = await room.storage.list({ prefix: 'invitation:' });
    expect(stored.size).toBe(1);
  });

  it('that are used up are kept for repeated requests, but not without a bound', async () => {
    const room = await new StoreRoom(account('ann'), { MAX_MEMBERS: 0 }).create();
    for (let count = 0; count < 250; count++) await room.add(`user-${count}`, 'viewer');
    const stored = await room.storage.list({ prefix: 'invitation:' });
    expect(stored.size).toBeLessThanOrEqual(200);
  });

  it('let in MAX_MEMBERS members, and members may still accept', async () => {
    const room = await new StoreRoom(account('ann'), { MAX_MEMBERS: 2 }).create();
    const token = await room.invite('editor', 10);
    const bob = account('bob');
    await room.accept(token, bob);
    expect(await room.accept(token, account('eve'))).toMatchObject({
      error: 'limit_reached',
      field: 'members',
    });
    expect(await room.accept(token, bob)).toMatchObject(accepted('editor'));
  });
});
