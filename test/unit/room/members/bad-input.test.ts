import { createMergeableStore } from 'tinybase';
import { describe, expect, it, vi } from 'vitest';
import { PATH_HEADER } from '../../../../src/operations/proven-access.ts';
import { CLOSE } from '../../../../src/protocol/close-codes.ts';
import { writerHeaders } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { account, StoreRoom } from '../../../helpers/in-memory/rooms/store-room.ts';

const NO_SUCH_STORE = { ok: false, error: 'not_found', message: 'there is no such store' };
const INVALID = { ok: false, error: 'invalid_token' };

describe('a room without a shared store', () => {
  /** A private room with content: its id was given as that of a store. */
  async function privateRoom(): Promise<StoreRoom> {
    const room = await new StoreRoom().start();
    const store = createMergeableStore();
    store.setValue('name', 'Secret');
    await room.connect(store);
    return room;
  }

  it('answers every operation as an unknown store does', async () => {
    const room = await privateRoom();
    const member = room.owner;
    const invitation = {
      id: 'i',
      token_hash: 't',
      role: 'owner',
      expires_at: 9e15,
      uses: 1,
    } as const;
    const answers = [
      await room.ask('describe-store', { member }),
      await room.ask('rename-store', { member, name: 'Work' }),
      await room.ask('delete-store', { member }),
      await room.ask('list-members', { member }),
      await room.ask('set-role', { member, account: member.account, role: 'owner' }),
      await room.ask('remove-member', { member, account: member.account }),
      await room.ask('list-invitations', { member }),
      await room.ask('revoke-invitation', { member, id: 'i' }),
      await room.ask('create-invitation', { ...invitation, member }),
    ];
    for (const answer of answers) expect(answer).toEqual(NO_SUCH_STORE);
    expect(await room.accept('t', member)).toMatchObject(INVALID);
    await room.ask('remove-account', { account: member.account });
    expect(await contentOf(room)).toContain('Secret');
  });

  it('shows its content to no member of any store', async () => {
    const room = await privateRoom();
    const member = room.owner;
    const socket = await room.open({ member });
    expect(socket.closed).toEqual(CLOSE.storeUnknown);
    for (const [method, path] of [
      ['GET', '/store'],
      ['GET', '/snapshot'],
      ['GET', '/partykit-store'],
      ['PUT', '/partykit-store'],
      ['POST', '/manual-sync'],
    ] as const) {
      const headers = { ...writerHeaders({ member }), [PATH_HEADER]: '' };
      const body = method === 'GET' ? null : '[{},{}]';
      const request = new Request(`http://room${path}`, { method, headers, body });
      const answer = await (await room.room.request(request)).json();
      expect(answer, path).toMatchObject(NO_SUCH_STORE);
    }
  });
});

describe('a store', () => {
  it('is created once, whatever a repeated request says', async () => {
    const room = await new StoreRoom().create();
    const eve = account('eve');
    await room.ask('create-store', { store: room.id, name: 'Taken', owner: eve });
    expect(await room.ask('describe-store', { member: eve })).toEqual(NO_SUCH_STORE);
    const own = await room.ask('describe-store', { member: room.owner });
    expect(own).toMatchObject({ value: { name: 'Holiday', role: 'owner' } });
  });

  it('that was deleted is not brought back, and its room keeps what the engine needs', async () => {
    const room = await new StoreRoom().create();
    await room.storage.put('__ps_name', room.id);
    const hash = await room.invite('editor');
    await room.connect(createMergeableStore(), undefined, { member: room.owner });
    await room.ask('delete-store', { member: room.owner });
    for (const start of [async () => undefined, () => room.start()]) {
      await start();
      await room.ask('create-store', { store: room.id, name: 'Again', owner: room.owner });
      expect(await room.ask('describe-store', { member: room.owner })).toEqual(NO_SUCH_STORE);
      expect(await room.accept(hash, account('bob'))).toMatchObject(INVALID);
      expect((await room.open({ member: room.owner })).closed).toEqual(CLOSE.storeDeleted);
    }
    const kept = [...(await room.storage.list()).keys()];
    expect(kept).toEqual(['__ps_name', 'store']);
  });

  it('of two owners who leave and delete their account at once keeps one or is deleted', async () => {
    const room = await new StoreRoom().create();
    const bob = await room.add('bob', 'owner');
    const [left] = await Promise.all([
      room.ask('remove-member', { member: bob, account: bob.account }),
      room.ask('remove-account', { account: room.owner.account }),
    ]);
    const found = await room.ask('describe-store', { member: bob });
    // Whoever is second finds that nobody else owns it.
    if (left.ok) expect(found).toEqual(NO_SUCH_STORE);
    else expect(found).toMatchObject({ value: { role: 'owner' } });
    expect(await room.ask('describe-store', { member: room.owner })).toEqual(NO_SUCH_STORE);
  });

  it('of two owners who demote each other at once keeps one', async () => {
    const room = await new StoreRoom().create();
    const bob = await room.add('bob', 'owner');
    const demote = (member: typeof bob, other: typeof bob) =>
      room.ask('set-role', { member, account: other.account, role: 'viewer' });
    const answers = await Promise.all([demote(room.owner, bob), demote(bob, room.owner)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers).toContainEqual(expect.objectContaining({ error: 'forbidden' }));
  });

  it('has one place left for one of two who accept at once', async () => {
    const room = await new StoreRoom(undefined, { MAX_MEMBERS: 2 }).create();
    const hash = await room.invite('editor', 2);
    const answers = await Promise.all(
      [account('bob'), account('eve')].map((one) => room.accept(hash, one)),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers).toContainEqual(
      expect.objectContaining({ error: 'limit_reached', field: 'members' }),
    );
  });

  it.each(['constructor', '__proto__', '', 'member:', 'x'.repeat(3_000)])(
    'has no member %.20j',
    async (id) => {
      const room = await new StoreRoom().create();
      const member = room.owner;
      const unknown = { ok: false, error: 'not_found', message: 'there is no such member' };
      expect(await room.ask('set-role', { member, account: id, role: 'owner' })).toEqual(unknown);
      expect(await room.ask('remove-member', { member, account: id })).toEqual(unknown);
    },
  );
});

describe('an invitation that has expired', () => {
  it('is refused and not listed, but does not turn away who has accepted it before', async () => {
    const room = await new StoreRoom().create();
    const start = Date.now();
    const hash = await room.invite('editor', 5, start + 60_000);
    const bob = account('bob');
    await room.accept(hash, bob);
    const now = vi.spyOn(Date, 'now');
    try {
      now.mockReturnValue(start + 59_999);
      expect(await room.accept(hash, account('eve'))).toMatchObject({ ok: true });
      now.mockReturnValue(start + 60_000);
      expect(await room.accept(hash, account('eve'))).toMatchObject(INVALID);
      expect(await room.accept(hash, bob)).toMatchObject({
        value: { membership: { role: 'editor' } },
      });
      const listed = await room.ask('list-invitations', { member: room.owner });
      expect(listed).toEqual({ ok: true, value: { invitations: [] } });
    } finally {
      now.mockRestore();
    }
  });
});

async function contentOf(room: StoreRoom): Promise<string> {
  const headers = { ...writerHeaders(), [PATH_HEADER]: '' };
  const response = await room.room.request(new Request('http://room/store', { headers }));
  return response.text();
}
