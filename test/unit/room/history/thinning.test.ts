import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DELETED } from '../../../../src/protocol/stamps.ts';
import { Document } from '../../../../src/room/document.ts';
import { History } from '../../../../src/room/history/history.ts';
import type { MomentHead } from '../../../../src/room/history/moment-storage.ts';
import { restoreWrites } from '../../../../src/room/history/past.ts';
import { nextStep } from '../../../../src/room/history/thinning.ts';
import { idle } from '../../../helpers/in-memory/documents.ts';
import { contentAtPoint, momentsOf, plainOf } from '../../../helpers/in-memory/history-world.ts';
import { MemoryStorage } from '../../../helpers/in-memory/memory-storage.ts';
import { apply, RecordingStorage } from '../../../helpers/in-memory/recording-storage.ts';

const BEGIN = 1_900_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN });
});
afterEach(() => {
  vi.useRealTimers();
});

const fail = (error: unknown) => {
  throw error;
};

async function open(storage: MemoryStorage, days = 30): Promise<Document> {
  const history = new History(storage, days, fail);
  const document = new Document(storage, 0, () => undefined, fail, history);
  await document.open();
  await document.load();
  return document;
}

const cell = (row: string, id: string, content: string | number) => ({
  ...{ table: 't', row, id },
  cell: content,
});

/** A store whose content is known at each time at which it changed. */
class Model {
  readonly storage: MemoryStorage;
  document!: Document;
  readonly contents: { at: number; content: unknown; writes: number }[] = [];
  largest = 0;

  constructor(storage = new MemoryStorage()) {
    this.storage = storage;
  }

  async start(): Promise<this> {
    this.document?.stop();
    this.document = await open(this.storage);
    return this;
  }

  async write(...writes: { table: string; row: string; id: string; cell: string | number }[]) {
    this.document.write(writes);
    await this.note();
  }

  async note(): Promise<void> {
    const { tree } = this.document;
    const { writes } = this.storage;
    this.largest = Math.max(this.largest, tree.jsonBytes);
    this.contents.push({ at: Date.now(), content: plainOf(tree), writes });
    await idle(this.document);
  }

  async deleteAll(): Promise<void> {
    const stamps = [...this.document.tree.all()].filter((stamp) => stamp.cell !== DELETED);
    await this.write(
      ...stamps.map(({ table, row, id }) => ({ ...cell(row, id, DELETED), table: table! })),
    );
  }

  async restore(time: number): Promise<void> {
    const { document } = this;
    document.endMoment();
    const view = await document.history!.view({ time });
    if (!view.ok) return;
    const writes = restoreWrites(document.tree, view.value, []);
    view.value.close();
    document.history!.mark('restore');
    document.write(writes);
    document.endMoment();
    await this.note();
  }

  moments(): Promise<MomentHead[]> {
    return momentsOf(this.document.history!);
  }

  /** The content up to a time. */
  contentAt(time: number): unknown {
    const content = this.contents.findLast(({ at }) => at <= time)?.content;
    return content ?? { tables: {}, values: {} };
  }

  async keys(prefix: string): Promise<string[]> {
    return [...(await this.storage.list({ prefix })).keys()];
  }

  /** Expects that the history shows the store as it was before each of its moments. */
  async expectRight(): Promise<number> {
    this.document.endMoment();
    const moments = await this.moments();
    for (const { from, after } of moments) {
      const shown = await contentAtPoint(this.document, { moment: from });
      expect(shown).toEqual(this.contentAt(after));
    }
    return moments.length;
  }
}

const stepOf = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write'),
      row: fc.nat(60),
      size: fc.constantFrom(1, 100, 9_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fill'),
      row: fc.nat(5),
      size: fc.constantFrom(10, 3_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('deleteAll', 'restart'),
      row: fc.nat(1),
      size: fc.nat(1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('restore'), row: fc.nat(1_000), size: fc.nat(1) }),
  },
);

async function take(model: Model, step: { do: string; row: number; size: number }, round: number) {
  if (step.do === 'deleteAll') return model.deleteAll();
  if (step.do === 'restart') return void (await model.start());
  if (step.do === 'restore') return model.restore(Date.now() - step.row * HOUR);
  const text = `${round}`.padEnd(step.size);
  if (step.do === 'write') return model.write(cell(`${step.row}`, 'c', text));
  return model.write(
    ...Array.from({ length: 50 }, (_, row) => cell(`${step.row}${row}`, 'c', text)),
  );
}

/** The span that moments of an age are merged in. */
const spanAt = (age: number): number => (age <= DAY ? 1 : age <= 7 * DAY ? HOUR : DAY);

function expectThin(moments: MomentHead[], now: number, largest: number): void {
  const old = moments.filter(({ until }) => until < now - DAY - 2 * HOUR);
  const bytes = old.reduce((sum, moment) => sum + moment.bytes, 0);
  expect(bytes).toBeLessThanOrEqual(Math.max(1_000_000, largest));
  for (const { until } of moments) expect(until).toBeGreaterThan(now - 30 * DAY - 2 * HOUR);
  for (const [index, { since, kind }] of moments.entries()) {
    const before = moments[index - 1];
    // It was thinned up to two hours ago.
    const span = before && spanAt(now - since - 2 * HOUR);
    if (!before || kind !== 'changes' || span !== spanAt(now - before.since)) continue;
    if (before.bytes + moments[index]!.bytes > 3_000_000) continue;
    expect(Math.floor(before.since / span)).not.toBe(Math.floor(since / span));
  }
}

describe('the history', () => {
  it('shows every moment that it keeps as it was, and gets thinner with age, over 40 days', async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepOf, { minLength: 150, maxLength: 250, size: 'max' }),
        fc.infiniteStream(fc.constantFrom(10_000, MINUTE, 5 * MINUTE, HOUR, 11 * HOUR)),
        async (steps, pauses) => {
          vi.setSystemTime(BEGIN);
          const model = await new Model().start();
          const pace = (40 * DAY) / (steps.length * 2.6 * HOUR);
          for (const [round, step] of steps.entries()) {
            await take(model, step, round);
            const { value } = pauses.next();
            vi.setSystemTime(Date.now() + Math.round(value! * pace));
          }
          vi.setSystemTime(Math.max(Date.now(), BEGIN + 40 * DAY));
          await model.write(cell('last', 'c', 'last'));
          model.document.endMoment();
          await idle(model.document);
          kept += await model.expectRight();
          expectThin(await model.moments(), Date.now(), model.largest);
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
    expect(kept).toBeGreaterThan(50);
  }, 60_000);

  it('is right wherever its thinning is interrupted, and finishes that later', async () => {
    const model = await new Model(new RecordingStorage()).start();
    for (let round = 0; round < 90; round++) {
      const size = round % 10 === 0 ? 130_000 : 2_000;
      await model.write(cell(`${round % 7}`, `${round % 5}`, `${round}`.padEnd(size)));
      vi.setSystemTime(Date.now() + (round % 3 === 0 ? 2 * HOUR : 5 * MINUTE));
    }
    const end = Date.now();
    const stopped = new MemoryStorage();
    let compared = 0;
    for (const [index, mutation] of (model.storage as RecordingStorage).mutations.entries()) {
      await apply(stopped, mutation);
      const known = model.contents.filter(({ writes }) => writes <= index + 1);
      const now = known.at(-1)?.at ?? BEGIN;
      vi.setSystemTime(now);
      const again = new Model(stopped.copy());
      again.contents.push(...known);
      await again.start();
      again.document.endMoment();
      expect((await again.moments())[0]?.from ?? 0).toBe(0);
      compared += index % 9 === 0 ? await again.expectRight() : 0;
      if (index % 27 === 0) {
        vi.setSystemTime(end + 8 * DAY);
        await again.write(cell('last', 'c', 'last'));
        again.document.endMoment();
        await idle(again.document);
        await again.expectRight();
        expectThin(await again.moments(), Date.now(), 0);
      }
      again.document.stop();
    }
    expect(compared).toBeGreaterThan(100);
  }, 60_000);

  it('keeps a moment before a deletion of a quarter of the store, and its content, for 30 days', async () => {
    const model = await new Model().start();
    const rows = Array.from({ length: 400 }, (_, row) => cell(`${row}`, 'c', 'x'.repeat(5_000)));
    await model.write(...rows);
    const full = plainOf(model.document.tree);
    vi.setSystemTime(Date.now() + 10_000);
    await model.write(cell('0', 'c', 'changed before'));
    vi.setSystemTime(Date.now() + 1_000);
    await model.write(...rows.slice(0, 150).map(({ row }) => cell(row, 'c', DELETED)));
    const before = model.contents.at(-2)!;
    for (let day = 0; day < 28; day++) {
      vi.setSystemTime(Date.now() + DAY);
      await model.write(cell('new', 'c', day));
    }
    const [deletion] = (await model.moments()).filter(({ kind }) => kind === 'deletion');
    expect(await contentAtPoint(model.document, { moment: deletion!.from })).toEqual(
      before.content,
    );
    expect(full).not.toEqual(before.content);
  });

  it.each([
    ['is small', 39, 39],
    ['is less than a quarter', 300, 60],
  ])('does not begin a moment for a deletion that %s', async (_, all, deleted) => {
    const model = await new Model().start();
    await model.write(...Array.from({ length: all }, (_, row) => cell(`${row}`, 'c', 1)));
    await model.write(...Array.from({ length: deleted }, (_, row) => cell(`${row}`, 'c', DELETED)));
    model.document.endMoment();
    expect((await model.moments()).map(({ kind }) => kind)).toEqual(['changes']);
  });

  it('finds a large deletion that was made row by row', async () => {
    const model = await new Model().start();
    await model.write(...Array.from({ length: 100 }, (_, row) => cell(`${row}`, 'c', 1)));
    vi.setSystemTime(Date.now() + 2 * MINUTE);
    for (let row = 0; row < 50; row++) await model.write(cell(`${row}`, 'c', DELETED));
    model.document.endMoment();
    expect((await model.moments()).map(({ kind }) => kind)).toEqual(['changes', 'deletion']);
  });

  it('is removed when it is too old, also by a start, and goes on from there', async () => {
    const model = await new Model().start();
    await model.write(cell('a', 'c', 'secret'.padEnd(300_000)));
    await model.write(cell('a', 'c', 'public'));
    model.document.endMoment();
    vi.setSystemTime(Date.now() + 31 * DAY);
    await model.start();
    await idle(model.document);
    expect(model.storage.dump()).toContain('public');
    expect(await model.keys('moment-part:')).toEqual([]);
    expect(await model.keys('moment:')).toHaveLength(1);
    expect(await model.moments()).toEqual([]);
    const quiet = Date.now() - 10 * DAY;
    await model.write(cell('a', 'c', 'new'));
    expect(await contentAtPoint(model.document, { time: quiet })).toEqual(model.contentAt(quiet));
    await model.start();
    expect(await model.expectRight()).toBe(1);
  });

  it('is removed if HISTORY_DAYS is 0, and begins anew later', async () => {
    const model = await new Model().start();
    await model.write(cell('a', 'c', 'x'.repeat(300_000)));
    model.document.endMoment();
    const off = await open(model.storage, 0);
    await idle(off);
    expect(await model.keys('moment')).toEqual([]);
    off.write([cell('a', 'c', 'two')]);
    off.endMoment();
    expect(await model.keys('moment')).toEqual([]);
  });

  it('takes a bounded multiple of the store if that is rewritten again and again', async () => {
    const model = await new Model().start();
    for (let round = 0; round < 40; round++) {
      const text = `${round}`.padEnd(9_000);
      await model.write(...Array.from({ length: 50 }, (_, row) => cell(`${row}`, 'c', text)));
      vi.setSystemTime(Date.now() + MINUTE);
    }
    const bytes = (await model.moments()).reduce((sum, moment) => sum + moment.bytes, 0);
    expect(bytes).toBeLessThan(5_600_000);
    await model.expectRight();
  });
});

const head = (from: number, to: number, age: number): MomentHead => ({
  ...{ kind: 'changes', from, to, after: BEGIN - age - 1, since: BEGIN - age, until: BEGIN - age },
  ...{ by: [], contentBytes: 1, bytes: 100, thinnedAt: 0, tables: [], moreTables: 0, values: 0 },
});

describe('the next step', () => {
  it('is none without moments, or if all are of the last day', () => {
    expect(nextStep([], 30, BEGIN)).toBeUndefined();
    const today = [head(0, 1, 2 * MINUTE), head(1, 2, MINUTE)];
    expect(nextStep(today, 30, BEGIN)).toBeUndefined();
  });

  it('merges moments of one hour, up to a restore', () => {
    const hour = [0, 1, 2, 3].map((from) => head(from, from + 1, 2 * DAY - from * 1000));
    expect(nextStep(hour, 30, BEGIN)).toEqual({ do: 'merge', moments: hour });
    hour[2]!.kind = 'restore';
    expect(nextStep(hour, 30, BEGIN)).toEqual({ do: 'merge', moments: hour.slice(0, 2) });
  });

  it('removes what a merge has left when it was interrupted', () => {
    const [merged, left, next] = [head(0, 3, 3000), head(1, 2, 2000), head(3, 4, 1000)];
    const step = nextStep([merged, left, next], 30, BEGIN);
    expect(step).toEqual({ do: 'removeMerged', moments: [left] });
  });

  it('removes moments before a gap', () => {
    const [hidden, next] = [head(0, 1, 2000), head(5, 6, 1000)];
    expect(nextStep([hidden, next], 30, BEGIN)).toEqual({ do: 'remove', moments: [hidden] });
  });

  it('merges by longer spans, and then removes the oldest, if they take too many bytes', () => {
    const hours = [4, 3].map((hour, from) => ({
      ...head(from, from + 1, 2 * DAY + (BEGIN % DAY) - DAY + hour * HOUR),
      bytes: 600_000,
    }));
    expect(nextStep(hours, 30, BEGIN)).toEqual({ do: 'merge', moments: hours });
    const apart = [20, 12, 4].map((day, from) => ({
      ...head(from, from + 1, day * DAY),
      bytes: 600_000,
    }));
    expect(nextStep(apart, 30, BEGIN)).toEqual({ do: 'remove', moments: [apart[0]] });
    const large = apart.map((moment) => ({ ...moment, contentBytes: 1_800_000 }));
    expect(nextStep(large, 30, BEGIN)).toBeUndefined();
  });
});
