import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackupWorld } from '../../helpers/backups/backup-world.ts';
import { eventually } from '../../helpers/requests/eventually.ts';

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

const TASKS = { tables: { tasks: { task1: { title: 'Læs 📚', done: false } } }, values: { n: 1 } };

/** The directory hears of accounts after the answer to a sign-up. */
const listed = (world: BackupWorld, count: number) =>
  eventually(async () => {
    const { length } = (await world.backUp()).filter((line) => line.includes('"kind":"account"'));
    expect(length).toBe(count);
  });

/** A deployment with Ann, Bob and Cy, of whom Cy has an empty store. */
async function threeAccounts() {
  const world = new BackupWorld();
  const ann = await world.signUp('ann@example.com');
  const bob = await world.signUp('Bob@Example.com');
  await world.signUp('cy@example.com');
  await world.write(ann.session, TASKS);
  await world.write(ann.session, { ...TASKS, values: {} });
  await world.write(bob.session, { tables: {}, values: { name: 'Bob' } });
  await listed(world, 3);
  return { world, ann, bob };
}

describe('a backup', () => {
  it('brings accounts, passwords and content to another deployment', async () => {
    const { world } = await threeAccounts();
    const other = new BackupWorld();
    const summary = await other.import(await world.backUp());
    expect(summary).toEqual({ accounts: 3, stores: 3, conflicts: [] });
    expect(await other.hashes()).toEqual(await world.hashes());
    const signedIn = await other.signIn('ann@example.com');
    if (!signedIn.ok) throw new Error(signedIn.message);
    expect(await other.read(signedIn.value.session_uuid)).toEqual({ ...TASKS, values: {} });
    expect(await other.signIn('ann@example.com', 'another password')).toMatchObject({ ok: false });
  });

  it('can be read in steps of any size, and its lines are the same', async () => {
    const { world } = await threeAccounts();
    const withoutTime = (lines: string[]) => lines.slice(1);
    expect(withoutTime(await world.backUp(1))).toEqual(withoutTime(await world.backUp()));
  });

  it('has the hashes that the deployment lists', async () => {
    const { world, ann } = await threeAccounts();
    const records = (await world.backUp()).map((line) => JSON.parse(line));
    const last = records.find(({ kind, store }) => kind === 'part' && store === ann.id);
    expect((await world.hashes())[`store ${ann.id}`]).toBe(last.content);
  });

  it('changes nothing where it was imported before', async () => {
    const { world } = await threeAccounts();
    const before = await world.hashes();
    const lines = await world.backUp();
    for (const _ of [1, 2]) {
      expect(await world.import(lines)).toEqual({ accounts: 3, stores: 3, conflicts: [] });
    }
    expect(await world.hashes()).toEqual(before);
    expect((await world.backUp()).slice(1)).toEqual(lines.slice(1));
  });

  it('never overwrites newer data', async () => {
    const { world, ann } = await threeAccounts();
    const lines = await world.backUp();
    await world.write(ann.session, { tables: {}, values: { later: true } });
    const change = {
      session_uuid: ann.session,
      current_password: 'correct horse battery',
      new_password: 'a newer long passphrase!',
      end_other_sessions: true,
    };
    expect(await world.edge.auth.askAs('change-password', ann.session, change)).toMatchObject({
      ok: true,
    });
    await world.import(lines);
    expect(await world.read(ann.session)).toEqual({ tables: {}, values: { later: true } });
    expect(await world.signIn('ann@example.com')).toMatchObject({ ok: false });
    expect(await world.signIn('ann@example.com', change.new_password)).toMatchObject({ ok: true });
  });

  it('with a later password ends the sessions of the account', async () => {
    const { world, ann } = await threeAccounts();
    const other = new BackupWorld();
    await other.import(await world.backUp());
    const there = await other.signIn('ann@example.com');
    if (!there.ok) throw new Error(there.message);
    const change = {
      session_uuid: ann.session,
      current_password: 'correct horse battery',
      new_password: 'a newer long passphrase!',
      end_other_sessions: false,
    };
    await world.edge.auth.askAs('change-password', ann.session, change);
    await other.import(await world.backUp());
    const session = await other.edge.auth.askAs('session', there.value.session_uuid);
    expect(session).toMatchObject({ ok: false, error: 'unauthorized' });
    expect(await other.signIn('ann@example.com', change.new_password)).toMatchObject({ ok: true });
  });

  it('reaches connected devices at once', async () => {
    const { world, ann } = await threeAccounts();
    const other = new BackupWorld();
    const room = await other.room(ann.id);
    const device = await room.connect();
    await other.import(await world.backUp());
    await room.settle();
    expect(device.store.getTables()).toEqual(TASKS.tables);
  });

  it('has the importing key as the author of what it brings', async () => {
    const { world, bob } = await threeAccounts();
    const other = new BackupWorld();
    const { id, key } = await other.issueKey('backup:write');
    await other.import(await world.backUp(), key);
    const there = await other.signIn('bob@example.com');
    if (!there.ok) throw new Error(there.message);
    const session = there.value.session_uuid;
    expect(await other.history(session)).toMatchObject([{ by: [`key:${id}`], values: 1 }]);
    await world.write(bob.session, { tables: {}, values: { name: 'Rob', age: 7 } });
    await other.import(await world.backUp());
    const by = (await other.history(session)).map((moment) => moment.by);
    expect(by).toEqual([['key:OPERATOR_KEY'], [`key:${id}`]]);
  });

  it('of a large store is one state of it, although it is edited meanwhile', async () => {
    const world = new BackupWorld();
    const ann = await world.signUp('ann@example.com');
    await listed(world, 1);
    const rows = Array.from({ length: 3_000 }, (_, n) => [`r${n}`, { text: 'x'.repeat(200) }]);
    await world.write(ann.session, { tables: { t: Object.fromEntries(rows) }, values: {} });
    const room = await world.room(ann.id);
    const device = await room.connect();
    const lines = world.backUp();
    for (let n = 0; n < 20; n += 1) {
      device.store.setCell('t', `r${n * 100}`, 'text', `new ${n}`).delRow('t', `r${n * 100 + 1}`);
      await room.settle();
    }
    const other = new BackupWorld();
    const backup = await lines;
    expect(await other.import(backup)).toEqual({ accounts: 1, stores: 1, conflicts: [] });
    const [{ content }] = backup.map((line) => JSON.parse(line)).filter((line) => line.is_last);
    expect((await other.hashes())[`store ${ann.id}`]).toBe(content);
    expect(backup.length).toBeGreaterThan(5);
  });

  it('brings back an account that was deleted a moment ago', async () => {
    const { world, ann } = await threeAccounts();
    const lines = await world.backUp();
    const password = 'correct horse battery';
    await world.edge.auth.askAs('delete-account', ann.session, { password });
    await listed(world, 2);
    // Its room is gone, as after an eviction.
    world.forget(ann.id);
    expect(await world.import(lines)).toEqual({ accounts: 3, stores: 3, conflicts: [] });
    await listed(world, 3);
    const signedIn = await world.signIn('ann@example.com');
    if (!signedIn.ok) throw new Error(signedIn.message);
    expect(await world.read(signedIn.value.session_uuid)).toEqual({ ...TASKS, values: {} });
  });
});
