import { expect, it } from 'vitest';
import type { RoomStorage } from '../src/platform.ts';
import { Document } from '../src/room/content/document.ts';
import { MemoryStorage } from '../test/helpers/in-memory/storage/memory-storage.ts';

const VISITS = 400;
const ROWS = 6_000;
/** Rows have 1 kB. All visits together replace the store twice. */
const ROWS_PER_VISIT = 30;

async function open(storage: RoomStorage): Promise<Document> {
  const fail = (error: unknown) => {
    throw error;
  };
  const document = new Document(storage, 0, () => undefined, fail);
  await document.load();
  return document;
}

const rows = (first: number, count: number, text: string) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ table: 't', row: `${(first + index) % ROWS}`, id: 'c' },
    cell: text.padEnd(1_000),
  }));

it(`stores a 6 MB store in less than 2.25 times its size after ${VISITS} visits, each with a new start`, async () => {
  const storage = new MemoryStorage();
  const first = await open(storage);
  first.write(rows(0, ROWS, 'first'));
  await first.takeWork();
  const storeBytes = first.tree.jsonBytes;
  let peak = storage.bytes;
  for (let visit = 0; visit < VISITS; visit++) {
    const document = await open(storage);
    document.write(rows(visit * ROWS_PER_VISIT, ROWS_PER_VISIT, `visit ${visit}`));
    await document.takeWork();
    peak = Math.max(peak, storage.bytes);
  }
  const megabytes = [storeBytes, peak].map((bytes) => (bytes / 1e6).toFixed(1));
  console.log(`a ${megabytes[0]} MB store took up to ${megabytes[1]} MB in ${VISITS} visits`);
  expect(peak).toBeLessThan(2.25 * storeBytes);
});
