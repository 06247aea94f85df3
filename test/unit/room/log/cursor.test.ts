import { describe, expect, it } from 'vitest';
import type { CellStamp } from '../../../../src/document/cell-stamp.ts';
import { nextHlc } from '../../../../src/document/hlc.ts';
import type { ListOptions } from '../../../../src/platform.ts';
import {
  expectRight,
  headOf,
  idle,
  isStillKept,
  nextTurn,
  openDocument,
  positionOf,
  visit,
  write,
  writeUntilCompacted,
} from '../../../helpers/in-memory/documents.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';

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
    await expectRight(again, past);
  });

  it('reaches back across a compaction as far as the kept records, and no further', async () => {
    const storage = new MemoryStorage();
    const document = await openDocument(storage);
    const visits = await writeUntilCompacted(document, storage, 3);
    const { kept, first } = await headOf(storage);
    expect(first - kept).toBeGreaterThan(2);
    for (const document of [await openDocument(storage), await openDocument(storage)]) {
      for (const past of visits) {
        if (await isStillKept(storage, positionOf(past.cursor))) await expectRight(document, past);
        else expect(await document.changedSince(past.cursor)).toBe(undefined);
      }
    }
  });

  it.each([
    ['of another room', async () => `${(await openDocument(new MemoryStorage())).cursor()}`],
    ['from the future', async ([id, , hash]: string[]) => `${id}.99999.${hash}`],
    ['without a number', async ([id, , hash]: string[]) => `${id}..${hash}`],
    ['with a negative number', async ([id, , hash]: string[]) => `${id}.-1.${hash}`],
    ['with a number in another form', async ([id, n, hash]: string[]) => `${id}.0${n}.${hash}`],
    ['inside a record', async ([id, , hash]: string[]) => `${id}.1.${hash}`],
    ['without a hash', async ([id, n]: string[]) => `${id}.${n}`],
    ['with the hash of another record', async ([id, n]: string[]) => `${id}.${n}.12345678`],
    ['with text behind it', async (parts: string[]) => `${parts.join('.')}\n`],
    ['that is empty', async () => ''],
  ])('%s is refused', async (_, cursorFor) => {
    const storage = new MemoryStorage();
    const document = await openDocument(storage);
    write(document, 1, 'a');
    const cursor = document.cursor();
    write(document, 1, 'b');
    expect(await document.changedSince(cursor)).toHaveLength(1);
    expect(await document.changedSince(await cursorFor(cursor.split('.')))).toBe(undefined);
  });

  it('is refused when a restore of the data has lost its record, even if it is a position again', async () => {
    const storage = new MemoryStorage();
    write(await openDocument(storage), 1, 'a');
    const backup = storage.copy();
    const document = await openDocument(storage);
    write(document, 1, 'b');
    const { cursor } = visit(document);
    const restored = await openDocument(backup);
    write(restored, 2, 'c');
    expect(positionOf(restored.cursor())).toBe(positionOf(cursor));
    expect(await restored.changedSince(cursor)).toBe(undefined);
    write(restored, 2, 'd');
    expect(await restored.changedSince(cursor)).toBe(undefined);
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
    await expectRight(document, past);
  });

  it.each([
    ['a record', 4],
    ['the last part of the last record', 6],
    ['the first part of a record', 2],
    ['the last part of a record', 3],
  ])('are refused if %s is missing', async (_, index) => {
    const storage = new MemoryStorage();
    const document = await openDocument(storage);
    write(document, 1, 'x');
    const cursor = document.cursor();
    for (const length of [2, 130_000, 1, 130_000]) write(document, 1, 'x'.repeat(length));
    expect(await document.changedSince(cursor)).toHaveLength(1);
    const keys = [...(await storage.list({ prefix: 'log:' })).keys()];
    expect(keys).toHaveLength(7);
    await storage.delete(keys[index]!);
    expect(await document.changedSince(cursor)).toBe(undefined);
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
    await nextTurn();
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
