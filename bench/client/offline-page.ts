import { createMergeableStore, type MergeableStore } from 'tinybase';
import { eraseOfflineCopy } from '../../client/offline/indexed-db/erase-copy.ts';
import type { OfflineCopy } from '../../client/offline/offline-copy.ts';
import { openOfflineCopy } from '../../client/offline/open-copy.ts';

/** In milliseconds: the longest time that the main thread was blocked, and the whole operation. */
export interface Stall {
  longest: number;
  total: number;
}

export interface Stalls {
  /** Saves a store that was full before the copy was opened. */
  first: Stall;
  /** Saves an edit of one cell; the median of {@link EDITS} edits. */
  edit: Stall;
  /** Loads the whole copy into an empty store. */
  load: Stall;
}

const NAME = 'bench';
const EDITS = 9;

/** Runs in the browser. Measures the copy of a store with `rows` rows of four cells. */
async function measure(rows: number): Promise<Stalls> {
  await eraseOfflineCopy(NAME);
  const store = createMergeableStore();
  fill(store, rows);
  const first = await stallOf(async () => {
    const opened = open(store);
    await opened.saved();
    await opened.copy.stop();
  });
  const { copy, saved } = open(store);
  await saved();
  const edits: Stall[] = [];
  for (let edit = 1; edit <= EDITS; edit++) {
    edits.push(
      await stallOf(async () => {
        store.setCell('tasks', '17', 'title', `edit ${edit}`);
        await saved();
      }),
    );
  }
  const edit = edits.sort((one, other) => one.longest - other.longest)[EDITS >> 1]!;
  await copy.stop();
  const again = createMergeableStore();
  const load = await stallOf(async () => {
    const opened = open(again);
    await opened.saved();
    await opened.copy.stop();
  });
  if (again.getCell('tasks', '17', 'title') !== `edit ${EDITS}`)
    throw new Error('the edit is lost');
  return { first, edit, load };
}

/** `saved` resolves the next time the copy reports that it is up to date. */
function open(store: MergeableStore): { copy: OfflineCopy; saved(): Promise<void> } {
  let resolve: (() => void) | undefined;
  const copy = openOfflineCopy(store, { name: NAME }, (error) => error ?? resolve?.());
  const saved = () =>
    new Promise<void>((done) => {
      resolve = done;
    });
  return { copy, saved };
}

function fill(store: MergeableStore, rows: number): void {
  store.transaction(() => {
    for (let row = 0; row < rows; row++) {
      const cells = { title: `Task number ${row}`, done: false, position: row, note: 'short' };
      store.setRow('tasks', `${row}`, cells);
    }
  });
}

/** A message channel posts to itself whenever the main thread is free; a gap is a stall. */
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
  return { longest: longest, total: performance.now() - start };
}

Object.assign(globalThis, { measure });
