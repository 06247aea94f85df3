import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DELETED } from '../../../../src/protocol/stamps.ts';
import type { MomentHead } from '../../../../src/room/history/moment-storage.ts';
import { idle } from '../../../helpers/in-memory/documents.ts';
import {
  cell,
  HistoryModel,
  openWithHistory,
} from '../../../helpers/in-memory/history/history-model.ts';
import { contentAtPoint, plainOf } from '../../../helpers/in-memory/history/history-world.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';
import { apply, RecordingStorage } from '../../../helpers/in-memory/storage/recording-storage.ts';

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

async function take(
  model: HistoryModel,
  step: { do: string; row: number; size: number },
  round: number,
) {
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
          const model = await new HistoryModel().start();
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
    expect(kept).toBeGreaterThan(20);
  }, 60_000);

  it('is right wherever its thinning is interrupted, and finishes that later', async () => {
    const model = await new HistoryModel(new RecordingStorage()).start();
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
      const again = new HistoryModel(stopped.copy());
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
    const model = await new HistoryModel().start();
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
    const model = await new HistoryModel().start();
    await model.write(...Array.from({ length: all }, (_, row) => cell(`${row}`, 'c', 1)));
    await model.write(...Array.from({ length: deleted }, (_, row) => cell(`${row}`, 'c', DELETED)));
    model.document.endMoment();
    expect((await model.moments()).map(({ kind }) => kind)).toEqual(['changes']);
  });

  it('finds a large deletion that was made row by row', async () => {
    const model = await new HistoryModel().start();
    await model.write(...Array.from({ length: 100 }, (_, row) => cell(`${row}`, 'c', 1)));
    vi.setSystemTime(Date.now() + 2 * MINUTE);
    for (let row = 0; row < 50; row++) await model.write(cell(`${row}`, 'c', DELETED));
    model.document.endMoment();
    expect((await model.moments()).map(({ kind }) => kind)).toEqual(['changes', 'deletion']);
  });

  it('is removed when it is too old, also by a start, and goes on from there', async () => {
    const model = await new HistoryModel().start();
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
    const model = await new HistoryModel().start();
    await model.write(cell('a', 'c', 'x'.repeat(300_000)));
    model.document.endMoment();
    const off = await openWithHistory(model.storage, 0);
    await idle(off);
    expect(await model.keys('moment')).toEqual([]);
    off.write([cell('a', 'c', 'two')]);
    off.endMoment();
    expect(await model.keys('moment')).toEqual([]);
  });

  it('takes a bounded multiple of the store if that is rewritten again and again', async () => {
    const model = await new HistoryModel().start();
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
