import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StorePath } from '../../../../src/room/http/store-path.ts';
import { HistoryWorld, plainOf } from '../../../helpers/in-memory/history/history-world.ts';

const MINUTE = 60_000;

/** Longer than a moment, so that the next change begins another one. */
const PAUSE = 2 * MINUTE;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Content = { tables: Record<string, Record<string, object>>; values: Record<string, unknown> };

/** A world with two rows and a value, from a while ago. */
async function withTasks() {
  const world = await new HistoryWorld(2).start();
  const [ann, ben] = world.devices as [(typeof world.devices)[0], (typeof world.devices)[0]];
  pass(world, PAUSE);
  ann.setTable('tasks', { a: { title: 'Milk', done: false }, b: { title: 'Bread' } });
  ann.setValue('theme', 'dark');
  syncAll(world);
  const then = world.now;
  pass(world, PAUSE);
  return { world, ann, ben, then };
}

function pass(world: HistoryWorld, ms: number): void {
  world.now += ms;
  vi.setSystemTime(world.now);
}

/** Twice, because the first devices miss what later ones bring. */
function syncAll(world: HistoryWorld): void {
  for (const device of [...world.devices, ...world.devices]) world.sync(device);
}

const contentOf = (world: HistoryWorld): Content => plainOf(world.document.tree) as Content;

function expectAgreement(world: HistoryWorld): void {
  const { tables, values } = contentOf(world);
  for (const device of world.devices) {
    expect(device.getContent()).toEqual([tables, values]);
    expect(device.getMergeableContentHashes()).toEqual(world.document.tree.hashes);
  }
}

it('brings deleted rows and replaced values back on plain clients, and removes new rows', async () => {
  const { world, ann, ben, then } = await withTasks();
  ann.delRow('tasks', 'a').setCell('tasks', 'c', 'title', 'Salt');
  ben.setCell('tasks', 'b', 'title', 'Cake').delValue('theme');
  syncAll(world);
  expect(ben.getRowIds('tasks')).toEqual(['b', 'c']);

  world.restore(then, []);
  syncAll(world);
  expect(ann.getTables()).toEqual({
    tasks: { a: { title: 'Milk', done: false }, b: { title: 'Bread' } },
  });
  expect(ann.getValues()).toEqual({ theme: 'dark' });
  expectAgreement(world);
});

it.each<[StorePath, string[], string]>([
  [['tables'], ['a', 'b'], 'light'],
  [['tables', 'tasks'], ['a', 'b'], 'light'],
  [['tables', 'tasks', 'a'], ['a', 'b', 'c'], 'light'],
  [['tables', 'tasks', 'c', 'title'], ['b'], 'light'],
  [['values'], ['b', 'c'], 'dark'],
  [['values', 'theme'], ['b', 'c'], 'dark'],
  [['values', 'other'], ['b', 'c'], 'light'],
])('restores %j and nothing else', async (path, rows, theme) => {
  const { world, ann, then } = await withTasks();
  ann.delRow('tasks', 'a').setCell('tasks', 'c', 'title', 'Salt').setValue('theme', 'light');
  syncAll(world);

  world.restore(then, path);
  syncAll(world);
  expect(ann.getRowIds('tasks').toSorted()).toEqual(rows);
  expect(ann.getValue('theme')).toBe(theme);
  expectAgreement(world);
});

it('is undone by a restore to the time before it', async () => {
  const { world, ann, then } = await withTasks();
  ann.delTables().setValue('theme', 'light');
  syncAll(world);
  const before = world.now;
  pass(world, PAUSE);
  world.restore(then, []);
  expect(contentOf(world).values).toEqual({ theme: 'dark' });
  pass(world, PAUSE);

  world.restore(before, []);
  syncAll(world);
  expect(contentOf(world)).toEqual({ tables: {}, values: { theme: 'light' } });
  expectAgreement(world);
});

it('goes by the time at which an offline edit came, and keeps edits that are made after it', async () => {
  const { world, ann, ben, then } = await withTasks();
  ben.setCell('tasks', 'a', 'title', 'Oat milk');
  pass(world, PAUSE);
  world.sync(ann);
  const beforeReturn = world.now;
  pass(world, PAUSE);
  syncAll(world);
  expect(world.contentAt(beforeReturn)).toEqual(world.contentAt(then));
  expect(ann.getCell('tasks', 'a', 'title')).toBe('Oat milk');

  pass(world, PAUSE);
  world.restore(then, ['tables', 'tasks', 'a']);
  pass(world, 1);
  ben.setCell('tasks', 'a', 'title', 'Rice milk');
  syncAll(world);
  expect(ann.getCell('tasks', 'a', 'title')).toBe('Rice milk');
  expectAgreement(world);
});

it('writes nothing if nothing has changed since', async () => {
  const { world, ann, then } = await withTasks();
  ann.setValue('theme', 'light');
  world.sync(ann);
  pass(world, PAUSE);
  ann.setValue('theme', 'dark');
  syncAll(world);
  const { length } = world.records;
  world.restore(then, []);
  expect(world.records).toHaveLength(length);
});

const id = fc.constantFrom('a', 'b', '__proto__', '');
/** No objects: TinyBase hashes them in another way if they come from `applyMergeableChanges`. */
const thing = fc.oneof(fc.nat(3), fc.constantFrom('', 'ä🙂', null, true));
const device = fc.nat(2);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('set'), device, table: id, row: id, id, thing }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('value'), device, id, thing }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('delRow', 'delTable', 'delValues'),
      device,
      table: id,
      row: id,
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('sync'), device }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.constantFrom(1, 20_000, PAUSE) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('restore'),
      pick: fc.nat(1_000),
      path: fc.constantFrom([], ['tables'], ['values'], ['tables', 'a'], ['tables', 'a', 'b']),
    }),
  },
) as fc.Arbitrary<Step>;

interface Step {
  do: string;
  device: number;
  table: string;
  row: string;
  id: string;
  thing: never;
  ms: number;
  pick: number;
  path: string[];
}

function take(world: HistoryWorld, step: Step): void {
  const store = world.devices[step.device]!;
  const { table, row, id, thing } = step;
  if (step.do === 'set') store.setCell(table, row, id, thing);
  else if (step.do === 'value') store.setValue(id, thing);
  else if (step.do === 'delRow') store.delRow(table, row);
  else if (step.do === 'delTable') store.delTable(table);
  else if (step.do === 'delValues') store.delValues();
  else if (step.do === 'sync') world.sync(store);
  else if (step.do === 'pass') pass(world, step.ms);
  else restoreSome(world, step);
}

/** Restores a time, and undoes that in every second case. */
function restoreSome(world: HistoryWorld, { pick, path }: Step): void {
  // A moment is restored as a whole.
  pass(world, PAUSE);
  const ends = endsOf(world);
  const { at, content } = ends[pick % ends.length]!;
  const before = contentOf(world);
  const previous = world.now - 1;
  world.restore(at, path);
  expect(partAt(contentOf(world), path)).toEqual(partAt(content, path));
  pass(world, PAUSE);
  if (pick % 2 === 0) return;
  world.restore(previous, []);
  expect(contentOf(world)).toEqual(before);
  pass(world, PAUSE);
}

/** The contents with which a moment ended. */
function endsOf(world: HistoryWorld) {
  const moments = world.moments();
  return world.contents.filter(
    ({ at }) => !moments.some(({ since, until }) => since <= at && at < until),
  );
}

const partAt = (content: unknown, path: string[]): unknown =>
  path.reduce<unknown>(
    (part, id) => (part && Object.hasOwn(part, id) ? (part as Content)[id as 'tables'] : undefined),
    content,
  );

it('shows and restores every moment as it was, and all devices agree, whatever they did', async () => {
  let shown = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }),
      async (steps) => {
        const world = await new HistoryWorld(3).start();
        pass(world, PAUSE);
        for (const step of steps) take(world, step);
        for (const { at, content } of endsOf(world)) {
          expect(world.contentAt(at)).toEqual(content);
          shown++;
        }
        syncAll(world);
        expectAgreement(world);
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
  expect(shown).toBeGreaterThan(500);
});
