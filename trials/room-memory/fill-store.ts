import type { CellWrite } from '../../src/document/cell-stamp.ts';
import type { RoomStorage } from '../../src/platform.ts';
import { MESSAGE } from '../../src/protocol/frame.ts';
import { Document } from '../../src/room/content/document.ts';
import { DiffResponses } from '../../src/room/sync/exchange/diff-responses.ts';
import { OffHeapStorage } from './off-heap-storage.ts';

/**
 * Runs as a separate process, so that its heap can be limited. It fills a store, replaces every
 * cell so that the log is compacted, loads the log in another room, sends the content to a new
 * device, and prints the sizes. Its argument is a `StoreShape` as JSON.
 */

/** The store is filled up to `maxBytes`. */
export interface StoreShape {
  maxBytes: number;
  cellsPerRow: number;
  cellLength: number;
}

/** The sizes that the program prints. */
export interface FillResult {
  cells: number;
  bytes: number;
  joinBytes: number;
  /** The final size of the room's storage. */
  storedBytes: number;
}

const BATCH = 2000;

const open = async (storage: RoomStorage, maxBytes: number): Promise<Document> => {
  const onFailure = (error: unknown) => {
    throw error;
  };
  const document = new Document(storage, maxBytes, () => undefined, onFailure);
  await document.load();
  return document;
};

const batch = (first: number, { cellsPerRow, cellLength }: StoreShape, sign = ''): CellWrite[] =>
  Array.from({ length: BATCH }, (_, index) => {
    const number = first + index;
    const row = `${Math.floor(number / cellsPerRow)}`;
    const cell = (sign + `${number}`.slice(sign.length)).padEnd(cellLength);
    return { table: 't', row, id: `${number % cellsPerRow}`, cell };
  });

/** Fills a store until it refuses a batch, and returns the number of cells. */
export function fill(document: Document, shape: StoreShape): number {
  let cells = 0;
  while (document.write(batch(cells, shape)).ok) cells += BATCH;
  return cells;
}

/** Replaces every cell by one of the same length, and yields so that the log can be compacted. */
async function replace(document: Document, cells: number, shape: StoreShape): Promise<void> {
  for (let first = 0; first < cells; first += BATCH) {
    document.write(batch(first, shape, '-'));
    await new Promise((resolve) => setTimeout(resolve));
  }
  await document.takeWork();
}

async function run(shape: StoreShape): Promise<FillResult> {
  const offHeap = new OffHeapStorage();
  const storage = offHeap as unknown as RoomStorage;
  let document: Document | undefined = await open(storage, shape.maxBytes);
  const cells = fill(document, shape);
  await replace(document, cells, shape);
  const { bytes } = document.tree;
  document = undefined;

  const { tree } = await open(storage, shape.maxBytes);
  const answer = new DiffResponses(tree).answer(MESSAGE.getTableDiff, {})!;
  let joinBytes = answer.body.length;
  for (const changes of answer.rest ?? []) joinBytes += changes.length;
  return { cells, bytes, joinBytes, storedBytes: offHeap.bytes };
}

if (process.argv[1]?.endsWith('fill-store.ts')) {
  process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2]!) as StoreShape)));
}
