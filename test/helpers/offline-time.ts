import { IDBDatabase } from 'fake-indexeddb';
import { vi } from 'vitest';

/** Lets pass so much time, and whatever IndexedDB does meanwhile. */
export async function pass(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 50) {
    await vi.advanceTimersByTimeAsync(50);
    await settle();
  }
}

/** Lets IndexedDB, which has turns of its own, do what it has been asked for. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Has transactions that write aborted as they are to be committed, until the mock is restored. */
export function failCommits(name: string) {
  const { transaction } = IDBDatabase.prototype;
  return vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
    this: IDBDatabase,
    ...args
  ) {
    const made = transaction.apply(this, args);
    if (args[1] === 'readwrite') abortAtCommit(made, name);
    return made;
  });
}

function abortAtCommit(transaction: IDBTransaction, name: string): void {
  const last = transaction.objectStore('meta').get('nothing');
  // By then everything has been written; a request of this turn's end is the last one.
  last.onsuccess = () => {
    Object.defineProperty(transaction, 'error', { value: new DOMException('', name) });
    transaction.abort();
  };
}
