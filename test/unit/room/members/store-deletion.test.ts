import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../../../src/protocol/close-codes.ts';
import { StoreRoom } from '../../../helpers/in-memory/rooms/store-room.ts';

const keysOf = async (room: StoreRoom) =>
  [...(await room.storage.list()).keys()].filter((key) => !key.startsWith('news:'));

/** Fills the store with more entries than are deleted at once. */
async function fill(room: StoreRoom): Promise<void> {
  for (let number = 0; number < 100; number++) {
    await room.storage.put(`log-old:${number}`, 'x');
  }
}

describe('a deleted store', () => {
  it('closes all sockets, keeps no content, and is not found any more', async () => {
    const room = await new StoreRoom().create();
    const bob = await room.add('bob', 'editor');
    const sockets = [await room.open({ member: room.owner }), await room.open({ member: bob })];
    await fill(room);
    expect(await room.ask('delete-store', { member: room.owner })).toMatchObject({ ok: true });
    for (const { closed } of sockets) expect(closed).toMatchObject(CLOSE.storeDeleted);
    expect(await keysOf(room)).toEqual(['store']);
    expect(await room.ask('describe-store', { member: room.owner })).toMatchObject({
      error: 'not_found',
    });
    expect((await room.post('/store', {})).status).toBe(422);
  });

  it('does not come back: neither by a repeated creation nor after an eviction', async () => {
    const room = await new StoreRoom().create();
    await room.ask('delete-store', { member: room.owner });
    for (let round = 0; round < 2; round++) {
      const again = { store: room.id, name: 'Holiday', owner: room.owner };
      expect(await room.ask('create-store', again)).toMatchObject({ ok: true });
      expect(await room.ask('list-members', { member: room.owner })).toMatchObject({
        error: 'not_found',
      });
      await room.start();
    }
  });

  it('is emptied at the next start if the room ended meanwhile', async () => {
    const room = await new StoreRoom().create();
    await fill(room);
    const store = await room.storage.get<object>('store');
    await room.storage.put('store', { ...store, isDeleted: true });
    await room.kill();
    expect(await keysOf(room)).toEqual(['store']);
    expect((await room.open({ member: room.owner })).closed).toMatchObject(CLOSE.storeDeleted);
  });
});

describe('the state of a store', () => {
  it('is told before its creation, during its life and after its deletion', async () => {
    const room = new StoreRoom();
    await room.start();
    const state = async () => {
      const told = await room.ask('store-state', {});
      return told.ok && told.value.state;
    };
    expect(await state()).toBe('unknown');
    await room.create();
    expect(await state()).toBe('existing');
    await room.ask('delete-store', { member: room.owner });
    expect(await state()).toBe('deleted');
    await room.start();
    expect(await state()).toBe('deleted');
  });
});

describe('the account of a member that was deleted', () => {
  it('leaves the store to other owners', async () => {
    const room = await new StoreRoom().create();
    const bob = await room.add('bob', 'owner');
    const socket = await room.open({ member: room.owner });
    const removed = await room.ask('remove-account', { account: room.owner.account });
    expect(removed).toEqual({ ok: true, value: { is_deleted: false } });
    expect(socket.closed).toMatchObject(CLOSE.notAMember);
    const listed = await room.ask('list-members', { member: bob });
    expect(listed).toMatchObject({ value: { members: [{ id: bob.account }] } });
  });

  it('takes the store along if there is no other owner', async () => {
    const room = await new StoreRoom().create();
    const bob = await room.add('bob', 'editor');
    const socket = await room.open({ member: bob });
    for (let round = 0; round < 2; round++) {
      const removed = await room.ask('remove-account', { account: room.owner.account });
      expect(removed).toEqual({ ok: true, value: { is_deleted: true } });
    }
    expect(socket.closed).toMatchObject(CLOSE.storeDeleted);
    expect(await room.ask('list-members', { member: bob })).toMatchObject({ error: 'not_found' });
  });
});
