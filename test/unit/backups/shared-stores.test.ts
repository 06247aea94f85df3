import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackupWorld } from '../../helpers/backups/backup-world.ts';
import { eventually } from '../../helpers/requests/eventually.ts';

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

const CONTENT = { tables: { tasks: { a: { title: 'Pack' } } }, values: {} };

/** A deployment where Ann shares a store with Bob. */
async function sharing() {
  const world = new BackupWorld();
  const ann = await world.signUp('ann@example.com');
  const bob = await world.signUp('bob@example.com');
  const id = await world.share(ann.session, bob.session);
  await world.shared(bob.session, id, CONTENT);
  await eventually(async () => expect(await world.backUp()).toHaveLength(7));
  return { world, ann, bob, id };
}

async function sessionIn(world: BackupWorld, email: string): Promise<string> {
  const signedIn = await world.signIn(email);
  if (!signedIn.ok) throw new Error(signedIn.message);
  return signedIn.value.session_uuid;
}

describe('a shared store', () => {
  it('moves with its members, their lists and its content', async () => {
    const { world, ann, id } = await sharing();
    const other = new BackupWorld();
    const lines = await world.backUp();
    expect(await other.import(lines)).toEqual({ accounts: 2, stores: 3, conflicts: [] });
    expect(await other.hashes()).toEqual(await world.hashes());
    const bob = await sessionIn(other, 'bob@example.com');
    expect(await other.shared(bob, id)).toEqual(CONTENT);
    expect(await other.memberships(bob)).toMatchObject([{ store: id, name: 'Holiday' }]);
    expect(await other.members(bob, id)).toEqual(await world.members(ann.session, id));
    expect((await other.backUp()).slice(1)).toEqual(lines.slice(1));
  });

  it('keeps members that are later than those of the backup', async () => {
    const { world, ann, bob, id } = await sharing();
    const lines = await world.backUp();
    await world.removeMember(ann.session, id, bob.id);
    expect(await world.import(lines)).toEqual({ accounts: 2, stores: 3, conflicts: [] });
    expect(await world.memberships(bob.session)).toEqual([]);
    expect(await world.shared(bob.session, id)).toMatchObject({ error: 'not_found' });
  });

  it('takes over members that are later in the backup, and closes the sockets of others', async () => {
    const { world, ann, bob, id } = await sharing();
    const other = new BackupWorld();
    await other.import(await world.backUp());
    const room = await other.room(id);
    const member = {
      ...{ account: bob.id, email: 'bob@example.com', namespace: 'notes', shard: '000' },
    };
    const socket = await room.open({ member });
    await world.removeMember(ann.session, id, bob.id);
    await other.import(await world.backUp());
    expect(socket.closed?.code).toBe(4007);
    const session = await sessionIn(other, 'bob@example.com');
    await eventually(async () => expect(await other.memberships(session)).toEqual([]));
  });

  it('that was deleted here stays deleted', async () => {
    const { world, ann, id } = await sharing();
    const lines = await world.backUp();
    await world.deleteShared(ann.session, id);
    const summary = await world.import(lines);
    expect(summary.conflicts).toEqual([{ line: 6, id, reason: 'deleted' }]);
    expect(await world.shared(ann.session, id)).toMatchObject({ error: 'not_found' });
  });

  it('without an owner here is not imported, and one without another member is', async () => {
    const { world, ann, bob, id } = await sharing();
    const lines = await world.backUp();
    const withoutAnn = lines.filter((line) => !line.includes(ann.id) || line.includes(id));
    const other = new BackupWorld();
    expect((await other.import(withoutAnn)).conflicts).toEqual([
      { line: 4, id: ann.id, reason: 'no_account' },
      { line: 4, id, reason: 'no_owner' },
    ]);
    const withoutBob = lines.filter((line) => !line.includes(bob.id) || line.includes(id));
    const third = new BackupWorld();
    expect((await third.import(withoutBob)).conflicts).toEqual([
      { line: 4, id: bob.id, reason: 'no_account' },
    ]);
    expect(await third.shared(await sessionIn(third, 'ann@example.com'), id)).toEqual(CONTENT);
  });

  it('keeps its invitations, by the hashes of their tokens', async () => {
    const { world } = await sharing();
    const record = (await world.backUp()).map((line) => JSON.parse(line))[5];
    expect(record.invitations).toHaveLength(1);
    expect(Object.keys(record.invitations[0])).not.toContain('token');
    const other = new BackupWorld();
    await other.import(await world.backUp());
    expect(JSON.parse((await other.backUp())[5]!).invitations).toEqual(record.invitations);
  });
});
