import type { MergeableStore } from 'tinybase';
import { fill } from '../../sync/tinybase-client.ts';
import { editedRow, type Table } from './device.ts';

/** The content of a TinyBase store. */
export const storeTable = (store: MergeableStore): Table => ({
  fill: (rows) => fill(store, rows),
  edit: (rows, changes, text) => {
    for (let index = 0; index < changes; index++) {
      store.setCell('notes', `row${editedRow(index, rows, changes)}`, 'cell0', text);
    }
  },
  untilEdited: (changes, text) => untilEdited(store, changes, text),
  fingerprint: () => JSON.stringify(store.getMergeableContentHashes()),
});

function untilEdited(store: MergeableStore, changes: number, text: string): Promise<void> {
  let edited = 0;
  return new Promise((resolve) => {
    const listener = store.addCellListener('notes', null, 'cell0', (...[, , , , cell]) => {
      if (cell === text) edited += 1;
      if (edited < changes) return;
      store.delListener(listener);
      resolve();
    });
  });
}
