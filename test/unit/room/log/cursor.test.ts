import { describe, expect, it } from 'vitest';
import type { CellStamp } from '../../../../src/document/cell-stamp.ts';
import { nextHlc } from '../../../../src/document/hlc.ts';
import type { ListOptions } from '../../../../src/platform.ts';
import type { Document } from '../../../../src/room/document.ts';
import {
  hashesAfterReturn,
  hashesOf,
  idle,
  nextTurn,
  openDocument,
  sequenceOf,
  type Visit,
  visit,
} from '../../../helpers/in-memory/documents.ts';
import { MemoryStorage } from '../../../helpers/in-memory/memory-storage.ts';
import { apply, RecordingStorage } from '../../../helpers/in-memory/recording-storage.ts';

const write = (document: Document, id: number, text: string) =>
  document.write([{ table: 't', row: 'r', id: `${id}`, cell: text }]);

const headOf = async (storage: MemoryStorage) =>
  (await storage.get<{ id: string; first: number; kept: number }>('log-head'))!;

const isRight = async (document: Document, visit: Visit): Promise<void> =>
  expect(await hashesAfterReturn(document, visit)).toEqual(hashesOf(document.tree));

/** Writes 10 kB cells until the log has been compacted `times` times. Returns all visits. */
async function writeUntilCompacted(
  document: Document,
  storage: MemoryStorage,
  times: number,
): Promise<Visit[]> {
  const visits = [visit(document)];
  for (let first = (await headOf(storage))?.first ?? 0; times > 0; ) {
    write(document, visits.length % 7, `${visits.length}`.padEnd(10_000));
    visits.push(visit(document));
    await idle(document);
    const now = (await headOf(storage)).first;
    if (now !== first) times--;
    first = now;
  }
  return visits;
}

describe('a cursor', () => {
  it('stands for the end of the log when it is given out', async () => {
    const document = await openDocument(new MemoryStorage());
    write(document, 1, 'a');
    expect(await document.changedSince(document.cursor())).toEqual([]);
  });

  it('gives the present stamp of each cell that has changed after it, once', async () => {
    const document = await openDocument(new MemoryStorage());
    write(document, 1, 'before');
    const cursor = document.cursor();
    for (const text of ['a', 'b', 'c']) write(document, 2, text);
    document.write([{ table: null, row: '', id: 'v', cell: 1 }]);
    document.beat(Date.now());
    const changed = await document.changedSince(cursor);
    expect(changed?.map(({ id, cell }) => [id, cell])).toEqual([
      ['2', 'c'],
      ['v', 1],
    ]);
  });

  it('is before everything that is merged later, flushed or not', async () => {
    const document = await openDocument(new MemoryStorage());
    const stamp = (id: string): CellStamp => ({
      ...{ table: 't', row: 'r', id, cell: 'x' },
      hlc: nextHlc(Date.now(), ''),
    });
    document.merge([stamp('before')]);
    const cursor = document.cursor();
    document.merge([stamp('after')]);
    expect((await document.changedSince(cursor))?.map(({ id }) => id)).toEqual(['after']);
    expect(document.waiting).toBe(false);
  });

  it('stays valid when the room starts again', async () => {
    const storage = new MemoryStorage();
    const document = await openDocument(storage);
    write(document, 1, 'a');
    const past = visit(document);
    write(document, 2, 'b');
    const again = await openDocument(storage);
    expect(again.cursor()).toBe(document.cursor());
    await isRight(again, past);
  });

  it('reaches back across a compaction as far as the history, and no further', async () => {
    const storage = new MemoryStorage();
    const document = await openDocument(storage);
    const visits = await writeUntilCompacted(document, storage, 3);
    const { kept, first } = await headOf(storage);
    expect(first - kept).toBeGreaterThan(2);
    for (const document of [await openDocument(storage), await openDocument(storage)]) {
      for (const past of visits) {
        if (sequenceOf(past.cursor) >= kept) await isRight(document, past);
        else expect(await document.changedSince(past.cursor)).toBe(undefined);
      }
    }
  });

  it.each([
    ['of another room', async () => `${(await openDocument(new MemoryStorage())).cursor()}`],
    ['from the future', async ({ id }: { id: string }) => `${id}.9`],
    ['without a number', async ({ id }: { id: string }) => `${id}.`],
    ['with a negative number', async ({ id }: { id: string }) => `${id}.-1`],
    ['with a number in another form', async ({ id }: { id: string }) => `${id}.01`],
    ['with text behind it', async ({ id }: { id: string }) => `${id}.1\n`],
    ['that is empty', async () => ''],
  ])('%s is refused', async (_, cursorFor) => {
    const storage = new MemoryStorage();
    const document = await openDocument(storage);
    write(document, 1, 'a');
    write(document, 1, 'b');
    const head = await headOf(storage);
    expect(await document.changedSince(`${head.id}.1`)).toHaveLength(1);
    expect(await document.changedSince(await cursorFor(head))).toBe(undefined);
  });

  it('is not that of the same account after its deletion', async () => {
    const storage = new MemoryStorage();
    const document = await openDocument(storage);
    write(document, 1, 'a');
    const cursor = document.cursor();
    await storage.deleteAll();
    const next = await openDocument(storage);
    write(next, 1, 'b');
    write(next, 1, 'c');
    expect(await next.changedSince(cursor)).toBe(undefined);
  });
});

describe('the records after a cursor', () => {
  it('may have many parts and fill many pages', async () => {
    const document = await openDocument(new MemoryStorage());
    write(document, 1, 'a');
    const past = visit(document);
    write(document, 2, 'é'.repeat(150_000));
    for (let count = 0; count < 300; count++) write(document, 3, `${count}`);
    write(document, 4, 'x'.repeat(200_000));
    await isRight(document, past);
  });

  it.each([
    ['a record', 'log:000000000003.0000'],
    ['the last record', 'log:000000000004.0001'],
    ['the first part of a record', 'log:000000000002.0000'],
    ['the last part of a record', 'log:000000000002.0001'],
  ])('are refused if %s is missing', async (_, key) => {
    const storage = new MemoryStorage();
    const document = await openDocument(storage);
    for (const length of [1, 2, 130_000, 1, 130_000]) write(document, 1, 'x'.repeat(length));
    const { id } = await headOf(storage);
    expect(await document.changedSince(`${id}.1`)).toHaveLength(1);
    expect(await storage.delete(key)).toBe(true);
    expect(await document.changedSince(`${id}.1`)).toBe(undefined);
  });

  it('are refused if a compaction removes some of them meanwhile', async () => {
    const storage = new (class extends MemoryStorage {
      pause: Promise<void> | undefined;
      override async list<Value>(options?: ListOptions): Promise<Map<string, Value>> {
        const { pause } = this;
        const page = await super.list<Value>(options);
        await pause;
        return page;
      }
    })();
    const document = await openDocument(storage);
    const cursor = document.cursor();
    for (let count = 0; count < 200; count++) write(document, 1, `${count}`.padEnd(700));
    let goOn = () => {};
    storage.pause = new Promise((resolve) => {
      goOn = resolve;
    });
    const changed = document.changedSince(cursor);
    storage.pause = undefined;
    for (let count = 0; count < 20; count++) write(document, 1, `${count}`.padEnd(30_000));
    await idle(document);
    expect((await headOf(storage)).kept).toBeGreaterThan(128);
    goOn();
    expect(await changed).toBe(undefined);
  });

  it('are refused if their stamps are larger than 1 MB', async () => {
    const document = await openDocument(new MemoryStorage());
    const cursor = document.cursor();
    for (let id = 0; id < 10; id++) write(document, id, 'x'.repeat(99_000));
    expect(await document.changedSince(cursor)).toHaveLength(10);
    write(document, 10, 'x'.repeat(10_000));
    expect(await document.changedSince(cursor)).toBe(undefined);
  });

  it('are refused if they are larger than 4 MB', async () => {
    const document = await openDocument(new MemoryStorage());
    for (let id = 1; id <= 10; id++) write(document, id, 'x'.repeat(600_000));
    await idle(document);
    const cursor = document.cursor();
    for (let count = 0; count < 39; count++) write(document, 0, `${count}`.padEnd(100_000));
    expect(await document.changedSince(cursor)).toHaveLength(1);
    for (let count = 0; count < 2; count++) write(document, 0, `${count}`.padEnd(100_000));
    expect(await document.changedSince(cursor)).toBe(undefined);
  });
});

describe('the history', () => {
  it.each([
    ['64 kB of a small store', 3, 65_536],
    ['a quarter of a large store', 150, 1_500_000 / 4],
  ])('takes at most %s', async (_, cells, limit) => {
    const storage = new MemoryStorage();
    const document = await openDocument(storage);
    for (let round = 0; round < 3 * cells + 50; round++) {
      write(document, round % cells, `${round}`.padEnd(10_000));
      await idle(document);
      const { kept, first } = await headOf(storage);
      expect((first - kept) * 10_200).toBeLessThanOrEqual(limit * 1.02);
    }
    const { kept, first } = await headOf(storage);
    expect((first - kept) * 10_200).toBeGreaterThan(limit * 0.7);
    const records = await storage.list({
      prefix: 'log:',
      end: `log:${`${first}`.padStart(12, '0')}`,
    });
    expect(records.size).toBe(first - kept);
  });

  it('is not read at a start, which takes two short reads beside those of the content', async () => {
    const storage = new (class extends MemoryStorage {
      readonly reads: (string | number | undefined)[] = [];
      override async list<Value>(options: ListOptions = {}): Promise<Map<string, Value>> {
        this.reads.push(options.start?.slice(0, -1), options.limit);
        return super.list(options);
      }
    })();
    const document = await openDocument(storage);
    await writeUntilCompacted(document, storage, 2);
    const { first, kept } = await headOf(storage);
    expect(kept).toBeLessThan(first);
    const digits = `${first}`.padStart(12, '0');
    storage.reads.length = 0;
    await openDocument(storage);
    expect(storage.reads).toEqual([
      ...['log-snapshot', 1],
      ...[`log-snapshot:${digits}`, 1],
      ...[`log-snapshot:${digits}`, 128],
      ...[`log:${digits.slice(0, -1)}`, 128],
    ]);
  });
});

describe('an interrupted compaction', () => {
  it('leaves every cursor right or refused, wherever it ends', async () => {
    const storage = new RecordingStorage();
    const document = await openDocument(storage);
    const visits: (Visit & { writes: number })[] = [];
    for (let round = 0; round < 60; round++) {
      write(document, round % 5, `${round}`.padEnd(round % 9 === 0 ? 120_000 : 9_000));
      visits.push({ ...visit(document), writes: storage.mutations.length });
      if (round % 3 === 0) await nextTurn();
    }
    await idle(document);
    const stopped = new MemoryStorage();
    let compactions = 0;
    for (const [index, mutation] of storage.mutations.entries()) {
      await apply(stopped, mutation);
      if ('put' in mutation && 'log-head' in mutation.put) compactions++;
      const next = await openDocument(stopped);
      next.stop();
      const { kept } = await headOf(stopped);
      for (const past of visits.filter(({ writes }) => writes <= index + 1)) {
        const hashes = await hashesAfterReturn(next, past);
        if (sequenceOf(past.cursor) < kept) expect(hashes).toBe(undefined);
        else expect(hashes).toEqual(hashesOf(next.tree));
      }
    }
    expect(compactions).toBeGreaterThan(4);
  });

  it('has stored every stamp of its snapshot as a record too', async () => {
    const storage = new RecordingStorage();
    const document = await openDocument(storage);
    for (let round = 0; round < 20; round++) write(document, 1, `${round}`.padEnd(15_000));
    const past = visit(document);
    document.merge([{ table: 't', row: 'r', id: 'new', cell: 'x', hlc: nextHlc(Date.now(), '') }]);
    await idle(document);
    expect((await headOf(storage)).first).toBeGreaterThan(0);
    // The room ends without another flush.
    const next = await openDocument(storage);
    await isRight(next, past);
  });
});
