import { describe, expect, it } from 'vitest';
import { nextHlc } from '../../../../src/document/hlc.ts';
import type { ListOptions } from '../../../../src/platform.ts';
import { DELETED } from '../../../../src/protocol/stamps.ts';
import {
  expectRight,
  hashesAfterReturn,
  hashesOf,
  headOf,
  idle,
  isStillKept,
  nextTurn,
  openDocument,
  positionOf,
  type Visit,
  visit,
  write,
  writeUntilCompacted,
} from '../../../helpers/in-memory/documents.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';
import { apply, RecordingStorage } from '../../../helpers/in-memory/storage/recording-storage.ts';

describe('the kept records', () => {
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
      expect(first - kept).toBeLessThanOrEqual(limit * 1.01);
    }
    const { kept, first } = await headOf(storage);
    expect(first - kept).toBeGreaterThan(limit * 0.7);
    const end = `log:${`${first}`.padStart(15, '0')}`;
    const records = [...(await storage.list({ prefix: 'log:', end })).keys()];
    expect(records.length).toBeGreaterThan(3);
    for (const key of records) expect(Number(key.slice(4, 19))).toBeGreaterThanOrEqual(kept);
  });

  it('does not reach beyond the snapshot before, however little came after that', async () => {
    const storage = new MemoryStorage();
    const document = await openDocument(storage);
    const ids = Array.from({ length: 30 }, (_, id) => id);
    for (const length of [30_000, 28_000]) {
      for (const id of ids) write(document, id, 'x'.repeat(length));
    }
    for (let count = 0; !(await headOf(storage)).first; count++) {
      write(document, 0, `${count}`.padEnd(1_000));
      await idle(document);
    }
    const { first, kept } = await headOf(storage);
    expect(first - kept).toBeGreaterThan(50_000);
    document.write(ids.map((id) => ({ table: 't', row: 'r', id: `${id}`, cell: DELETED })));
    const past = visit(document);
    await idle(document);
    const next = await headOf(storage);
    expect(next.kept).toBe(first);
    expect(next.first).toBeGreaterThan(first);
    await expectRight(document, past);
  });

  it('is not read at a start, which takes three short reads beside those of the content', async () => {
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
    const digits = `${first}`.padStart(15, '0');
    storage.reads.length = 0;
    await openDocument(storage);
    expect(storage.reads).toEqual([
      ...[`log:${digits.slice(0, -1)}`, 1],
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
      for (const past of visits.filter(({ writes }) => writes <= index + 1)) {
        const hashes = await hashesAfterReturn(next, past);
        const isKept = await isStillKept(stopped, positionOf(past.cursor));
        expect(hashes).toEqual(isKept ? hashesOf(next.tree) : undefined);
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
    await expectRight(next, past);
  });
});
