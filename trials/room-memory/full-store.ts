import type { CellWrite } from '../../src/document/cell-stamp.ts';
import type { RoomStorage } from '../../src/platform.ts';
import { MESSAGE } from '../../src/protocol/frame.ts';
import { Document } from '../../src/room/document.ts';
import { DiffResponses } from '../../src/room/sync/diff-responses.ts';
import { OutsideStorage } from './outside-storage.ts';

/**
 * A program of its own, so that its heap can be limited: fills a store in the shape that its
 * argument says and replaces all of it, which has the log compacted, has it loaded by another room
 * and handed to a new device, and prints how much there was.
 */

/** What the store is filled with, up to `maxBytes`. */
export interface Shape {
  maxBytes: number;
  cellsPerRow: number;
  cellLength: number;
}

/** How much of it there was. */
export interface Filled {
  cells: number;
  bytes: number;
  joinBytes: number;
  /** Bytes that were stored in the end. */
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

const batch = (first: number, { cellsPerRow, cellLength }: Shape, sign = ''): CellWrite[] =>
  Array.from({ length: BATCH }, (_, index) => {
    const number = first + index;
    const row = `${Math.floor(number / cellsPerRow)}`;
    const cell = (sign + `${number}`.slice(sign.length)).padEnd(cellLength);
    return { table: 't', row, id: `${number % cellsPerRow}`, cell };
  });

/** Fills a store until no more is taken, and says how many cells that were. */
export function fill(document: Document, shape: Shape): number {
  let cells = 0;
  while (document.write(batch(cells, shape)).ok) cells += BATCH;
  return cells;
}

/** Replaces every cell by one of the same length, and lets the log be compacted meanwhile. */
async function replace(document: Document, cells: number, shape: Shape): Promise<void> {
  for (let first = 0; first < cells; first += BATCH) {
    document.write(batch(first, shape, '-'));
    await new Promise((resolve) => setTimeout(resolve));
  }
  await document.takeWork();
}

/** Fills a store; then it is loaded by another room, and a device joins. */
async function run(shape: Shape): Promise<Filled> {
  const outside = new OutsideStorage();
  const storage = outside as unknown as RoomStorage;
  let document: Document | undefined = await open(storage, shape.maxBytes);
  const cells = fill(document, shape);
  await replace(document, cells, shape);
  const { bytes } = document.tree;
  document = undefined;

  const { tree } = await open(storage, shape.maxBytes);
  const answer = new DiffResponses(tree).answer(MESSAGE.getTableDiff, {})!;
  let joinBytes = answer.body.length;
  for (const changes of answer.rest ?? []) joinBytes += changes.length;
  return { cells, bytes, joinBytes, storedBytes: outside.bytes };
}

if (process.argv[1]?.endsWith('full-store.ts')) {
  process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2]!) as Shape)));
}
