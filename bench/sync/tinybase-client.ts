import { createMergeableStore, type MergeableStore } from 'tinybase';
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client';
import { WebSocket } from 'ws';

/** A real TinyBase client. */
export interface Client {
  store: MergeableStore;
  socket: WebSocket;
  close(): Promise<void>;
}

/** Connects and starts to synchronize. Resolves before the initial sync is complete. */
export async function openClient(url: string, store = createMergeableStore()): Promise<Client> {
  const socket = new WebSocket(url);
  const synchronizer = await createWsSynchronizer(store, socket, 10);
  await synchronizer.startSync();
  return {
    store,
    socket,
    close: async () => {
      await synchronizer.destroy();
    },
  };
}

export const CELLS_PER_ROW = 4;
const ROWS_PER_TRANSACTION = 500;

/** Writes `rows` rows of {@link CELLS_PER_ROW} cells. The text of each contains one `#`. */
export function fill(store: MergeableStore, rows: number): void {
  for (let start = 0; start < rows; start += ROWS_PER_TRANSACTION) {
    store.transaction(() => {
      const end = Math.min(rows, start + ROWS_PER_TRANSACTION);
      for (let row = start; row < end; row++) {
        for (let cell = 0; cell < CELLS_PER_ROW; cell++) {
          store.setCell('notes', `row${row}`, `cell${cell}`, `#${row} some words`);
        }
      }
    });
  }
}

/** Resolves when the store has `rows` rows. */
export function untilFilled(store: MergeableStore, rows: number): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (store.getRowCount('notes') < rows) return;
      store.delListener(listener);
      resolve();
    };
    const listener = store.addDidFinishTransactionListener(check);
    check();
  });
}
