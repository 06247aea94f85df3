import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Document } from '../../../../src/room/content/document.ts';
import { Log } from '../../../../src/room/log/log.ts';
import type { StoredRecord } from '../../../../src/room/log/record-reader.ts';
import { readStored } from '../../../fixtures/stored.ts';
import {
  headOf,
  idle,
  openDocument,
  positionOf,
  write,
  writeUntilCompacted,
} from '../../../helpers/in-memory/documents.ts';
import { MemoryStorage } from '../../../helpers/in-memory/storage/memory-storage.ts';

const BEGIN = 1_900_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The records that a start reads. */
async function recordsIn(storage: MemoryStorage): Promise<StoredRecord[]> {
  const none = { bytes: 0, snapshot: () => [], willBeCovered: () => undefined };
  const log = new Log(storage, none, (error) => expect.unreachable(String(error)));
  await log.open();
  const records: StoredRecord[] = [];
  await log.load((record) => records.push(record));
  log.stop();
  return records;
}

const endOf = (document: Document): number => positionOf(document.cursor());

it('keeps the time at which each record came, in any number of parts, and its end', async () => {
  const storage = new MemoryStorage();
  const document = await openDocument(storage);
  const expected = [];
  for (const [index, text] of ['x', 'x'.repeat(130_000), 'é', 'é'.repeat(70_000)].entries()) {
    vi.setSystemTime(BEGIN + index);
    write(document, index, text);
    expected.push({ end: endOf(document), at: BEGIN + index });
  }
  const records = await recordsIn(storage);
  expect(records.map(({ end, at }) => ({ end, at }))).toEqual(expected);
});

it('keeps none for a snapshot, whose content came at many times', async () => {
  const storage = new MemoryStorage();
  const document = await openDocument(storage);
  await writeUntilCompacted(document, storage, 1);
  await idle(document);
  write(document, 0, 'later');
  const records = await recordsIn(storage);
  const { first } = await headOf(storage);
  for (const { end, at } of records) expect(at).toBe(end === undefined ? undefined : BEGIN);
  expect(records[0]!.end).toBeUndefined();
  expect(records.at(-1)!.end).toBe(endOf(document));
  expect(endOf(document)).toBeGreaterThan(first);
});

it('reads records that have none, and continues their positions', async () => {
  const storage = await readStored('user-room-3');
  const document = await openDocument(storage);
  const end = endOf(document);
  write(document, 0, 'new');
  const records = (await recordsIn(storage)).filter(({ end }) => end !== undefined);
  expect(records.at(-2)).toMatchObject({ end, at: undefined });
  expect(records.at(-1)).toMatchObject({ end: endOf(document), at: BEGIN });
});
