import { createMergeableStore, type MergeableStore } from 'tinybase';
import { eraseOfflineCopy } from '../../client/offline/erase.ts';
import { type OfflineCopy, openOfflineCopy } from '../../client/offline/open.ts';

/** Milliseconds of the longest stretch in which the page could do nothing else, and of all. */
export interface Stall {
  longest: number;
  whole: number;
}

export interface Stalls {
  /** Writes a whole store for the first time. */
  first: Stall;
  /** Writes one cell. */
  edit: Stall;
  /** Reads the whole copy into an empty store. */
  load: Stall;
}

const NAME = 'bench';
/** Beyond the quarter of a second that edits are gathered for, in milliseconds. */
const SETTLING = 1_500;

/** Runs in a browser: measures a copy of so many rows of four cells. */
async function measure(rows: number): Promise<Stalls> {
  await eraseOfflineCopy(NAME);
  const store = createMergeableStore();
  fill(store, rows);
  const first = await stallOf(async () => void (await open(store).stop()));
  const copy = open(store);
  await copy.ready;
  await pause(SETTLING);
  const edit = await stallOf(async () => {
    store.setCell('tasks', '17', 'title', 'another');
    await pause(SETTLING);
  });
  await copy.stop();
  const again = createMergeableStore();
  const load = await stallOf(async () => {
    const opened = open(again);
    while (again.getRowCount('tasks') < rows) await pause(10);
    await opened.stop();
  });
  if (again.getCell('tasks', '17', 'title') !== 'another') throw new Error('the edit is lost');
  return { first, edit, load };
}

const open = (store: MergeableStore): OfflineCopy => openOfflineCopy(store, NAME, () => undefined);

function fill(store: MergeableStore, rows: number): void {
  store.transaction(() => {
    for (let row = 0; row < rows; row++) {
      const cells = { title: `Task number ${row}`, done: false, position: row, note: 'short' };
      store.setRow('tasks', `${row}`, cells);
    }
  });
}

/** A message channel has a turn whenever nothing else has; the gaps between them are the stalls. */
async function stallOf(run: () => Promise<void>): Promise<Stall> {
  const { port1, port2 } = new MessageChannel();
  const start = performance.now();
  let [last, longest] = [start, 0];
  port1.onmessage = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    port2.postMessage(undefined);
  };
  port2.postMessage(undefined);
  await run();
  port1.close();
  return { longest, whole: performance.now() - start };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

Object.assign(globalThis, { measure });
