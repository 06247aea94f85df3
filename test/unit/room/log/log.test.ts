import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Document } from '../../../../src/room/content/document.ts';
import { LOG_FORMAT } from '../../../../src/room/log/log-head.ts';
import { NewerFormatError } from '../../../../src/room/newer-format-error.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';
import { apply, RecordingStorage } from '../../../helpers/in-memory/storage/recording-storage.ts';

async function open(storage: MemoryStorage, onFailure = (_: unknown) => {}): Promise<Document> {
  const document = new Document(storage, 0, () => {}, onFailure);
  await document.open();
  await document.load();
  return document;
}

const stateOf = ({ tree }: Document): string =>
  JSON.stringify(
    [...tree.all()].map(({ id, hlc, cell }) => `${id} ${hlc} ${String(cell).length}`).sort(),
  );

const writes = fc.array(
  fc.record({ cell: fc.nat(15), length: fc.constantFrom(0, 10, 5_000, 30_000, 130_000) }),
  { minLength: 20, maxLength: 60, size: 'max' },
);

const write = (document: Document, cell: number, length: number) =>
  document.write([{ table: 't', row: 'r', id: `${cell}`, cell: 'x'.repeat(length) }]);

describe('the log', () => {
  it('loads a consistent state, wherever its writes stopped', async () => {
    await fc.assert(
      fc.asyncProperty(writes, async (writes) => {
        const storage = new RecordingStorage();
        const document = await open(storage);
        const moments = new Set([stateOf(document)]);
        for (const { cell, length } of writes) {
          write(document, cell, length);
          moments.add(stateOf(document));
        }
        const stopped = new MemoryStorage();
        for (const mutation of storage.mutations) {
          await apply(stopped, mutation);
          expect(moments).toContain(stateOf(await open(stopped)));
        }
      }),
      { numRuns: 6 },
    );
  }, 120_000);

  it('continues after a crash at any write without losing earlier or later changes', async () => {
    await fc.assert(
      fc.asyncProperty(writes, fc.nat(100), async (writes, stop) => {
        const storage = new RecordingStorage();
        const document = await open(storage);
        for (const { cell, length } of writes) write(document, cell, length);
        const crashed = new MemoryStorage();
        const survived = storage.mutations.slice(0, stop % storage.mutations.length);
        for (const mutation of survived) await apply(crashed, mutation);
        const second = await open(crashed);
        for (const { cell, length } of writes) write(second, cell, length + 1);

        expect(stateOf(await open(crashed))).toBe(stateOf(second));
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('takes one write per batch, and no more space than a few times its content', async () => {
    const storage = new RecordingStorage();
    const document = await open(storage);
    for (let round = 0; round < 2000; round++) {
      write(document, round % 10, 1000 + round);
      await document.takeWork();
    }

    expect(storage.mutations.length).toBeLessThan(2000 * 1.1);
    expect(storage.bytes).toBeLessThan(400_000);
  });

  it('reports a refused write', async () => {
    const storage = new RecordingStorage();
    const failures: unknown[] = [];
    const document = await open(storage, (error) => failures.push(error));
    storage.refuseAt = 3;
    for (let round = 0; round < 5; round++) write(document, round, 10);
    await new Promise((resolve) => setImmediate(resolve));

    expect(failures).toHaveLength(2);
  });

  it('refuses a format newer than its own and changes nothing', async () => {
    const storage = new MemoryStorage();
    await storage.put('log-head', { format: LOG_FORMAT + 1, first: 0, kept: 0 });
    const before = storage.dump();

    await expect(open(storage)).rejects.toThrow(NewerFormatError);
    expect(storage.dump()).toBe(before);
  });

  it('refuses a format from before the first release and changes nothing', async () => {
    const storage = new MemoryStorage();
    await storage.put('log-head', { format: 2, first: 0 });
    const before = storage.dump();

    await expect(open(storage)).rejects.toThrow('stored format 2 was never released');
    expect(storage.dump()).toBe(before);
  });
});
