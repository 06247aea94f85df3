import { describe, expect, it } from 'vitest';
import type { ProvenMember } from '../../../../src/operations/proven-access.ts';
import { CLOSE } from '../../../../src/protocol/close-codes.ts';
import { NOTICE_ID, readNotices } from '../../../../src/protocol/notice.ts';
import type { MemorySocket } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { account, StoreRoom } from '../../../helpers/in-memory/rooms/store-room.ts';

const roomWithMembers = async () => {
  const room = await new StoreRoom().create();
  const [editor, viewer] = [await room.add('bob', 'editor'), await room.add('eve', 'viewer')];
  return { room, owner: room.owner, editor, viewer };
};

const noticesOf = ({ received }: MemorySocket) =>
  received.flatMap((frame) => {
    const [id, , body] = JSON.parse(frame.slice(frame.indexOf('\n') + 1)) as unknown[];
    return id === NOTICE_ID ? [readNotices(body)] : [];
  });

const open = (room: StoreRoom, member: ProvenMember, session_hash: string = member.account) =>
  room.open({ resumes: true, member, session_hash });

const rolesIn = async (room: StoreRoom) => {
  const listed = await room.ask('list-members', { member: room.owner });
  return listed.ok ? listed.value.members.map(({ email, role }) => [email.at(0), role]) : listed;
};

describe('the members of a store', () => {
  it('are listed to each of them, in the order in which they joined', async () => {
    const { room, owner, viewer } = await roomWithMembers();
    const listed = await room.ask('list-members', { member: viewer });
    expect(listed).toMatchObject({
      value: {
        members: [
          { id: owner.account, email: 'ann@example.com', role: 'owner' },
          { email: 'bob@example.com', role: 'editor' },
          { id: viewer.account, role: 'viewer' },
        ],
      },
    });
  });

  it('survive an eviction', async () => {
    const { room } = await roomWithMembers();
    const before = await rolesIn(room);
    await room.start();
    expect(await rolesIn(room)).toEqual(before);
  });

  it.each(['editor', 'viewer'] as const)('that are no owners decide nothing: %s', async (role) => {
    const { room, owner, ...others } = await roomWithMembers();
    const member = others[role];
    const before = await rolesIn(room);
    const forbidden = { ok: false, error: 'forbidden' };
    const target = { member, account: owner.account };
    expect(await room.ask('rename-store', { member, name: 'x' })).toMatchObject(forbidden);
    expect(await room.ask('delete-store', { member })).toMatchObject(forbidden);
    expect(await room.ask('set-role', { ...target, role: 'viewer' })).toMatchObject(forbidden);
    expect(await room.ask('remove-member', target)).toMatchObject(forbidden);
    expect(await room.ask('list-invitations', { member })).toMatchObject(forbidden);
    expect(await room.ask('revoke-invitation', { member, id: '' })).toMatchObject(forbidden);
    expect(await rolesIn(room)).toEqual(before);
  });

  it('are the only ones who learn that the store exists', async () => {
    const room = await new StoreRoom().create();
    const member = account('mallory');
    const unknown = await new StoreRoom().start();
    for (const name of ['describe-store', 'delete-store', 'list-members'] as const) {
      const answer = await room.ask(name, { member });
      expect(answer).toMatchObject({ error: 'not_found', message: 'there is no such store' });
      expect(await unknown.ask(name, { member })).toEqual(answer);
    }
    const socket = await open(room, member);
    expect(socket.closed).toMatchObject(CLOSE.notAMember);
    expect(socket.received).toEqual([]);
  });

  it('are not told to forget a store that its room does not know yet', async () => {
    const room = await new StoreRoom().start();
    expect((await open(room, room.owner)).closed).toMatchObject(CLOSE.storeUnknown);
    const created = { store: room.id, name: 'Holiday', owner: room.owner };
    await room.ask('create-store', created);
    expect((await open(room, room.owner)).closed).toBeUndefined();
  });

  it('are the only ones who get in: not even a private session does', async () => {
    const room = await new StoreRoom().create();
    expect((await room.open()).closed).toMatchObject(CLOSE.notAMember);
    const read = await room.post('/store', {});
    expect(await read.json()).toMatchObject({ error: 'not_found' });
  });
});

describe('a role', () => {
  it('is told to each device at its connection and after a change, with the version of the members', async () => {
    const { room, owner, viewer } = await roomWithMembers();
    const [ann, eve, phone] = [
      await open(room, owner),
      await open(room, viewer),
      await open(room, viewer, 'phone'),
    ];
    const change = { member: owner, account: viewer.account, role: 'editor' } as const;
    expect(await room.ask('set-role', change)).toMatchObject({ value: { role: 'editor' } });
    const told = [{ role: 'viewer' }, { members: 2 }, { role: 'editor' }, { members: 3 }];
    expect(noticesOf(eve)).toEqual(told);
    expect(noticesOf(phone)).toEqual(told);
    expect(noticesOf(ann)).toEqual([
      { role: 'owner' },
      { members: 2 },
      { role: 'owner' },
      { members: 3 },
    ]);
  });

  it('is not told to plain TinyBase clients', async () => {
    const { room, owner, viewer } = await roomWithMembers();
    const plain = await room.open({ member: viewer, session_hash: 'p' });
    await room.ask('set-role', { member: owner, account: viewer.account, role: 'editor' });
    expect(noticesOf(plain)).toEqual([]);
    expect(plain.closed).toBeUndefined();
  });

  it('of the last owner stays until somebody else is an owner', async () => {
    const { room, owner, editor } = await roomWithMembers();
    const own = { member: owner, account: owner.account };
    const refused = { error: 'forbidden', message: expect.stringContaining('last owner') };
    expect(await room.ask('set-role', { ...own, role: 'editor' })).toMatchObject(refused);
    expect(await room.ask('remove-member', own)).toMatchObject(refused);
    await room.ask('set-role', { member: owner, account: editor.account, role: 'owner' });
    expect(await room.ask('remove-member', own)).toMatchObject({ ok: true });
    expect(await room.ask('describe-store', { member: owner })).toMatchObject({
      error: 'not_found',
    });
  });

  it('of the last two owners is given up by one of them only, even at once', async () => {
    const { room, owner, editor } = await roomWithMembers();
    await room.ask('set-role', { member: owner, account: editor.account, role: 'owner' });
    const leave = (member: ProvenMember) =>
      room.ask('remove-member', { member, account: member.account });
    const left = await Promise.all([leave(owner), leave(editor)]);
    expect(left.map(({ ok }) => ok)).toEqual([true, false]);
  });
});

describe('a removed member', () => {
  it('loses all sockets, and nobody else loses one', async () => {
    const { room, owner, editor, viewer } = await roomWithMembers();
    const theirs = [
      await open(room, viewer, '1'),
      await room.open({ protocol: 'partykit', member: viewer, session_hash: '2' }),
      await room.open({ member: viewer, session_hash: '3' }),
    ];
    const others = [await open(room, owner), await open(room, editor)];
    await room.start();
    await room.ask('remove-member', { member: owner, account: viewer.account });
    expect(theirs.map(({ closed }) => closed?.code)).toEqual([4007, 4007, 4007]);
    expect(others.map(({ closed }) => closed)).toEqual([undefined, undefined]);
    expect((await open(room, viewer)).closed).toMatchObject(CLOSE.notAMember);
  });
});
