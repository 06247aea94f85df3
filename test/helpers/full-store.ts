import type { RoomStorage } from '../../src/platform.ts';
import { MESSAGE } from '../../src/protocol/frame.ts';
import { Answers } from '../../src/room/answers.ts';
import { Truth, type Undated } from '../../src/room/truth.ts';
import { OutsideStorage } from './outside-storage.ts';

/**
 * A program of its own, so that its heap can be limited: fills a store in the shape that its
 * argument says, has it loaded by another room and handed to a new device, and prints how much
 * there was.
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
}

const BATCH = 2000;

const open = async (storage: RoomStorage, maxBytes: number): Promise<Truth> => {
  const onFailure = (error: unknown) => {
    throw error;
  };
  const truth = new Truth(storage, maxBytes, () => undefined, onFailure);
  await truth.load();
  return truth;
};

const batch = (first: number, { cellsPerRow, cellLength }: Shape): Undated[] =>
  Array.from({ length: BATCH }, (_, index) => {
    const cell = first + index;
    const row = `${Math.floor(cell / cellsPerRow)}`;
    return { table: 't', row, id: `${cell % cellsPerRow}`, thing: `${cell}`.padEnd(cellLength) };
  });

/** Fills a store until no more is taken, and says how many cells that were. */
export function fill(truth: Truth, shape: Shape): number {
  let cells = 0;
  while (truth.write(batch(cells, shape)).ok) cells += BATCH;
  return cells;
}

/** Fills a store; then it is loaded by another room, and a device joins. */
async function run(shape: Shape): Promise<Filled> {
  const storage = new OutsideStorage() as unknown as RoomStorage;
  let truth: Truth | undefined = await open(storage, shape.maxBytes);
  const cells = fill(truth, shape);
  const { bytes } = truth.tree;
  truth = undefined;

  const { tree } = await open(storage, shape.maxBytes);
  const answer = new Answers(tree).answer(MESSAGE.getTableDiff, {})!;
  let joinBytes = answer.body.length;
  for (const changes of answer.rest ?? []) joinBytes += changes.length;
  return { cells, bytes, joinBytes };
}

if (process.argv[1]?.endsWith('full-store.ts')) {
  process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2]!) as Shape)));
}
