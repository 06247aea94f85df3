import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackupWorld, withEnd } from '../../helpers/backups/backup-world.ts';
import { eventually } from '../../helpers/requests/eventually.ts';

const BEGIN = 1_900_000_000_000;
const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN });
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const later = (minutes: number) => vi.setSystemTime(Date.now() + minutes * MINUTE);
const timeAt = (minutes: number) => new Date(BEGIN + minutes * MINUTE).toISOString();

const rows = (count: number, text: string) => ({
  tables: {
    t: Object.fromEntries(Array.from({ length: count }, (_, n) => [`r${n}`, { text }])),
  },
  values: { text },
});

/** What the store of Ann was at every second minute. */
const STATES = [
  rows(3, 'first'),
  { ...rows(3, 'second'), values: {} },
  rows(1, 'x'.repeat(90_000)),
  rows(2, 'last'),
];

/** A deployment where the store of Ann has changed every second minute. */
async function withPast(states: object[] = STATES) {
  const world = new BackupWorld();
  const { session, id } = await world.signUp('ann@example.com');
  for (const state of states) {
    await world.write(session, state);
    later(2);
  }
  await eventually(async () => expect(await world.backUp()).toHaveLength(3));
  return { world, session, id };
}

async function signIn(world: BackupWorld): Promise<string> {
  const signedIn = await world.signIn('ann@example.com');
  if (!signedIn.ok) throw new Error(signedIn.message);
  return signedIn.value.session_uuid;
}

/** The history without what depends on the log. */
const pastOf = async (world: BackupWorld, session: string) =>
  (await world.history(session)).map(({ id: _, ...moment }) => moment);

async function expectStates(world: BackupWorld, session: string, states: object[] = STATES) {
  for (const [index, state] of states.entries()) {
    expect(await world.read(session, timeAt(2 * index + 1))).toEqual(state);
  }
}

describe('a backup with the history', () => {
  it('shows another deployment what a store was, and who changed it', async () => {
    const { world, session } = await withPast();
    const lines = await world.backUp(18, 1);
    const other = new BackupWorld();
    expect(await other.import(lines)).toEqual({ accounts: 1, stores: 1, conflicts: [] });
    expect(await other.hashes()).toEqual(await world.hashes());
    const there = await signIn(other);
    await expectStates(other, there);
    expect(await pastOf(other, there)).toEqual(await pastOf(world, session));
    expect(await other.read(there, timeAt(-1))).toMatchObject({ tables: {}, values: {} });
  });

  it('can be imported again, and the history goes on', async () => {
    const { world, id } = await withPast();
    const lines = await world.backUp(18, 1);
    const other = new BackupWorld();
    await other.import(lines);
    const there = await signIn(other);
    const before = await other.history(there);
    await other.import(lines);
    expect(await other.history(there)).toEqual(before);
    later(2);
    await other.write(there, rows(1, 'newer'));
    await (await other.room(id)).start();
    await expectStates(other, there, [...STATES, rows(2, 'last'), rows(1, 'newer')].slice(0, 5));
    expect(await other.history(there)).toHaveLength(before.length + 1);
    await other.import(lines);
    await expectStates(other, there);
  });

  it('does not replace the history that a store has for that time', async () => {
    const { world, session } = await withPast();
    const before = await world.history(session);
    const lines = await world.backUp(18, 1);
    expect(await world.import(lines)).toMatchObject({ conflicts: [] });
    expect(await world.history(session)).toEqual(before);
  });

  it('brings no history to a store that was changed since', async () => {
    const { world } = await withPast();
    const lines = await world.backUp(18, 1);
    const other = new BackupWorld();
    await other.import(lines.filter((line) => !line.includes('"kind":"moment"')));
    const there = await signIn(other);
    await other.write(there, rows(1, 'newer'));
    await other.import(lines);
    expect((await other.history(there)).every(({ since }) => since > timeAt(7))).toBe(true);
    expect(await other.read(there, timeAt(1))).toEqual({ tables: {}, values: {} });
  });

  it('continues after an interruption between any two moments', async () => {
    const { world, session } = await withPast();
    const lines = await world.backUp(18, 1);
    const moments = lines.filter((line) => line.includes('"kind":"moment"'));
    expect(moments).toHaveLength(4);
    const before = lines.length - moments.length;
    for (let cut = before; cut < lines.length; cut += 1) {
      const other = new BackupWorld();
      await other.import(lines.slice(0, cut));
      await other.import([lines[0]!, ...lines.slice(cut)]);
      const there = await signIn(other);
      expect(await pastOf(other, there)).toEqual(await pastOf(world, session));
      await expectStates(other, there);
    }
  });

  it('divides the changes of a large moment, and shows the store before all of them', async () => {
    const states = [rows(1_000, 'y'.repeat(300)), rows(1_000, 'z')];
    const { world } = await withPast(states);
    const lines = await world.backUp(18, 1);
    expect(Math.max(...lines.slice(-2).map(({ length }) => length))).toBeLessThan(250_000);
    const other = new BackupWorld();
    await other.import(lines);
    await expectStates(other, await signIn(other), states);
  });

  it('brings only the content where no history is kept', async () => {
    const { world } = await withPast();
    const other = new BackupWorld({ HISTORY_DAYS: 0 });
    expect(await other.import(await world.backUp(18, 1))).toMatchObject({ conflicts: [] });
    expect(await other.hashes()).toEqual(await world.hashes());
    expect(await other.history(await signIn(other))).toEqual([]);
  });

  it('refuses what is no moment of the past, and takes in the content', async () => {
    const { world } = await withPast();
    const lines = await world.backUp(18, 1);
    const first = lines.findIndex((line) => line.includes('"kind":"moment"'));
    const { hash: _, ...moment } = JSON.parse(lines[first]!);
    const until = Date.now() + MINUTE;
    const stamped = [[{}], [{ n: [1, 'Nn1JUUT-----uCEL'] }], 1];
    for (const [fault, reason] of [
      [{ until }, 'clock_ahead'],
      [{ since: moment.until + 1 }, 'malformed'],
      [{ after: moment.until + 1 }, 'malformed'],
      [{ change: [1] }, 'malformed'],
      [{ change: stamped }, 'malformed'],
    ] as const) {
      const other = new BackupWorld();
      const changed = JSON.stringify({ ...moment, ...fault });
      const { conflicts } = await other.import(lines.with(first, changed));
      expect(conflicts).toEqual([{ line: first + 1, id: moment.store, reason }]);
      expect(await other.history(await signIn(other))).toHaveLength(1);
    }
  });

  it('is refused if a moment is missing, doubled, or in another place', async () => {
    const { world } = await withPast();
    const lines = await world.backUp(18, 1);
    const first = lines.findIndex((line) => line.includes('"kind":"moment"'));
    const importing = async (changed: string[]) => {
      const { status, text } = await world.operate('POST', '/import', withEnd(changed));
      return `${status} ${JSON.parse(text).message}`;
    };
    expect(await importing(lines.toSpliced(first, 1))).toMatch(/^400 .*moment 1 of .* is expected/);
    expect(await importing(lines.toSpliced(first, 0, lines[first]!))).toMatch(
      /moment 2 .*expected/,
    );
    const moved = lines.toSpliced(first, 1).toSpliced(1, 0, lines[first]!);
    expect(await importing(moved)).toMatch(/^400/);
    const past = lines.toSpliced(first - 1, 0, lines[first]!);
    expect(await importing(past)).toMatch(/in another place/);
  });

  it('has no history without being asked for it, and earlier versions can read it', async () => {
    const { world } = await withPast();
    const lines = await world.backUp();
    expect(lines[0]).toContain('"format":1,');
    expect(lines.join('\n')).not.toContain('"moment"');
    expect((await world.backUp(18, 1))[0]).toContain('"format":2,');
    expect((await world.operate('GET', '/backup?history=yes')).status).toBe(400);
  });
});
