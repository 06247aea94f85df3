import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BackupWorld } from '../../helpers/backups/backup-world.ts';

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

const CONTENT = { tables: { notes: { n1: { text: 'private' } } }, values: {} };

const HEADER = {
  ...{ kind: 'header', format: 1, namespace: 'elsewhere', version: '1' },
  created_at: '2026-01-31T08:00:00.000Z',
};

type Forged = Record<string, unknown> & { kind: string };

/** The records of a backup, without the hashes of their lines, which a forger leaves out. */
const recordsOf = async (world: BackupWorld): Promise<Forged[]> =>
  (await world.backUp()).slice(1).map((line) => {
    const { hash: _, ...record } = JSON.parse(line);
    return record;
  });

/** Imports records into another namespace, as whoever has a key for that one can. */
function importElsewhere(world: BackupWorld, records: Forged[]) {
  world.operated = HEADER.namespace;
  return world.import([HEADER, ...records].map((record) => JSON.stringify(record)));
}

it('an account that takes an id of another namespace does not get its store', async () => {
  const world = new BackupWorld();
  const ann = await world.signUp('ann@example.com');
  await world.write(ann.session, CONTENT);
  const forged = (await recordsOf(world)).map((record) =>
    record.kind === 'account' ? { ...record, email: 'eve@example.com' } : record,
  );
  const summary = await importElsewhere(world, forged);
  expect(summary).toEqual({
    accounts: 0,
    stores: 0,
    conflicts: [{ line: 2, id: ann.id, reason: 'id_taken' }],
  });
  expect(await world.hashes()).toEqual({});
  expect(await world.read(ann.session)).toEqual(CONTENT);
});

it('a shared store of another namespace is neither taken over nor changed', async () => {
  const world = new BackupWorld();
  const ann = await world.signUp('ann@example.com');
  const bob = await world.signUp('bob@example.com');
  const id = await world.share(ann.session, bob.session);
  const records = await recordsOf(world);
  const [account] = records.filter(({ kind }) => kind === 'account');
  const members = records.find(({ kind }) => kind === 'members')!;
  const part = records.find(({ kind, store }) => kind === 'part' && store === id)!;
  const eve = { ...account!, id: crypto.randomUUID(), email: 'eve@example.com' };
  const owner = { ...eve, role: 'owner', joined_at: HEADER.created_at };
  const taken = { ...members, version: 99, members: [owner] };
  const change = [[{}], [{ stolen: [true, 'Nn1JUUT-----uCEL'] }], 1];
  const own = { ...part, store: eve.id, change: [[{}], [{}], 1] };
  const summary = await importElsewhere(world, [eve, own, taken, { ...part, change }]);
  expect(summary.conflicts).toEqual([{ line: 4, id, reason: 'id_taken' }]);
  const later = await importElsewhere(world, [{ ...part, change }]);
  expect(later.conflicts).toEqual([{ line: 2, id, reason: 'id_taken' }]);
  expect(await world.shared(ann.session, id)).toEqual({ tables: {}, values: {} });
  expect(JSON.stringify(await world.members(bob.session, id))).toContain('bob@example.com');
});
