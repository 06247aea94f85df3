import { IDBDatabase } from 'fake-indexeddb';
import { vi } from 'vitest';

/** Advances the fake timers by this many milliseconds, and lets IndexedDB work meanwhile. */
export async function pass(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 50) {
    await vi.advanceTimersByTimeAsync(50);
    await settle();
  }
}

/** Waits until IndexedDB, which schedules its own work, has processed its requests. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Makes write transactions abort at their commit, until the mock is restored. */
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
  // This request is the last one, so everything has been written when it succeeds.
  last.onsuccess = () => {
    Object.defineProperty(transaction, 'error', { value: new DOMException('', name) });
    transaction.abort();
  };
}
