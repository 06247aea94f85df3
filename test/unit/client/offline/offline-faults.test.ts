import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { createMergeableStore } from 'tinybase';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eraseOfflineCopy } from '../../../../client/offline/indexed-db/erase-copy.ts';
import {
  COPY,
  fakeIndexedDB,
  openTab,
  reopen,
  startTab,
} from '../../../helpers/simulated-client/offline-tabs.ts';
import { failCommits, pass } from '../../../helpers/simulated-client/offline-time.ts';

beforeEach(() => {
  fakeIndexedDB();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const NO_ROOM = 'there is no room left for the offline copy';
const NOT_NOW = 'the offline copy cannot be used at the moment';

describe('without IndexedDB', () => {
  test.each([
    ['it is missing', () => undefined],
    [
      'looking for it is forbidden',
      () => {
        throw new DOMException('', 'SecurityError');
      },
    ],
  ])('and %s, the app continues without a copy and gets an error', async (_, get) => {
    vi.unstubAllGlobals();
    Object.defineProperty(globalThis, 'indexedDB', { get, configurable: true });
    const { copy, store, told } = await openTab();
    expect(told).toEqual(['this runtime has no IndexedDB']);
    store.setValue('colour', 'green');
    await copy.stop();
    await eraseOfflineCopy(COPY);
    expect(vi.getTimerCount()).toBe(0);
    Reflect.deleteProperty(globalThis, 'indexedDB');
  });
});

describe('a copy that fails', () => {
  test('is left alone and not retried if a newer client wrote it', async () => {
    await new Promise((resolve) => {
      const opening = indexedDB.open(COPY, 99);
      opening.onsuccess = () => {
        opening.result.close();
        resolve(undefined);
      };
    });
    const { told, store } = await openTab();
    expect(told).toEqual(['a newer client keeps the offline copy']);
    store.setValue('colour', 'green');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('to open blocks nobody, and is merged when it opens later', async () => {
    const first = await openTab();
    first.store.setValue('colour', 'green');
    await first.copy.stop();
    const open = vi.spyOn(IDBFactory.prototype, 'open');
    const real = open.getMockImplementation();
    let answer: (() => void) | undefined;
    open.mockImplementation(function (this: IDBFactory, ...args) {
      open.mockRestore();
      const request = {} as IDBOpenDBRequest;
      answer = () => {
        const opening = indexedDB.open(...args);
        opening.onsuccess = () => {
          Object.assign(request, { result: opening.result });
          request.onsuccess?.(new Event('success'));
        };
      };
      return request as never;
    });
    expect(real).toBeUndefined();
    const { copy, store, told } = startTab();
    let ready = false;
    void copy.ready.then(() => {
      ready = true;
    });
    await pass(2_900);
    expect(ready).toBe(false);
    await pass(200);
    expect(ready).toBe(true);
    expect(told).toEqual(['the offline copy does not open']);
    store.setValue('size', 1);
    answer?.();
    await pass(300);
    expect(store.getValues()).toEqual({ colour: 'green', size: 1 });
    expect(told.at(-1)).toBeUndefined();
    await copy.stop();
    expect((await reopen()).getValues()).toEqual({ colour: 'green', size: 1 });
  });

  test('to commit is reported and retried after growing delays', async () => {
    const { store, copy, told } = await openTab();
    const commits = failCommits('UnknownError');
    store.setValue('colour', 'green');
    await pass(300);
    expect(told).toEqual([undefined, NOT_NOW]);
    const attempts = () => commits.mock.calls.filter(([, mode]) => mode === 'readwrite').length;
    expect(attempts()).toBe(1);
    await pass(1_100);
    expect(attempts()).toBe(2);
    await pass(1_100);
    expect(attempts()).toBe(2);
    await pass(1_000);
    expect(attempts()).toBe(3);
    await pass(120_000);
    expect(attempts()).toBeLessThan(10);
    commits.mockRestore();
    await pass(60_100);
    expect(told.at(-1)).toBeUndefined();
    await copy.stop();
    expect((await reopen()).getValues()).toEqual({ colour: 'green' });
  });

  test('for lack of space reports that, and writes everything when there is space', async () => {
    const { store, copy, told } = await openTab();
    const commits = failCommits('QuotaExceededError');
    store.setRow('notes', 'a', { text: 'written offline' });
    await pass(300);
    store.setRow('notes', 'b', { text: 'and one more' }).delCell('notes', 'a', 'text');
    await pass(5_000);
    expect(told.at(-1)).toBe(NO_ROOM);
    commits.mockRestore();
    await pass(10_000);
    expect(told.at(-1)).toBeUndefined();
    await copy.stop();
    expect((await reopen()).getTables()).toEqual({ notes: { b: { text: 'and one more' } } });
  });

  test('on closing is not written afterwards', async () => {
    const { store, copy } = await openTab();
    const commits = failCommits('UnknownError');
    store.setValue('colour', 'green');
    await copy.stop();
    const attempts = commits.mock.calls.length;
    await pass(120_000);
    expect(commits.mock.calls.length).toBe(attempts);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a record that', () => {
  test('is invalid is reported, skipped and replaced by the next edit', async () => {
    const first = await openTab();
    first.store.setRow('tasks', 'a', { title: 'write' }).setRow('tasks', 'b', { title: 'read' });
    await first.copy.stop();
    await overwrite('rows', ['tasks', 'a'], 'nonsense');
    const { store, copy, told } = await openTab();
    expect(store.getTable('tasks')).toEqual({ b: { title: 'read' } });
    await pass(300);
    expect(told).toEqual(['the offline copy has 1 records that cannot be read']);
    store.setRow('tasks', 'a', { title: 'again' });
    await copy.stop();
    expect((await reopen()).getRow('tasks', 'a')).toEqual({ title: 'again' });
  });

  test('TinyBase refuses, as it is in the future, costs no other record', async () => {
    const nextYear = () => Date.now() + 365 * 86_400_000;
    const first = await openTab(createMergeableStore(undefined, nextYear));
    first.store.setRow('tasks', 'early', { title: 'from next year' });
    await first.copy.stop();
    const second = await openTab();
    for (let row = 0; row < 9; row++) second.store.setRow('tasks', `${row}`, { title: 'now' });
    await second.copy.stop();
    const { store, told } = await openTab();
    expect(store.getRowCount('tasks')).toBe(9);
    await pass(300);
    expect(told).toEqual(['the offline copy has 1 records that cannot be read']);
  });

  test('cannot be read costs no other record, and is written again', async () => {
    const first = await openTab();
    first.store.setRow('tasks', 'a', { title: 'write' }).setRow('tasks', 'b', { title: 'read' });
    await first.copy.stop();
    loseRecord(['tasks', 'a']);
    const { store, copy, told } = await openTab();
    expect(store.getTable('tasks')).toEqual({ b: { title: 'read' } });
    await pass(300);
    expect(told).toEqual(['the offline copy has 1 records that cannot be read']);
    store.setRow('tasks', 'a', { title: 'again' });
    await copy.stop();
    vi.restoreAllMocks();
    expect((await reopen()).getTable('tasks')).toEqual(store.getTable('tasks'));
  });
});

async function overwrite(store: string, key: IDBValidKey, record: unknown): Promise<void> {
  await new Promise((resolve) => {
    const opening = indexedDB.open(COPY);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(store, 'readwrite');
      transaction.objectStore(store).put(record, key);
      transaction.oncomplete = () => {
        database.close();
        resolve(undefined);
      };
    };
  });
}

/** Makes requests fail that read this record, as if the disk had lost it. */
function loseRecord(key: IDBValidKey): void {
  const lost = IDBKeyRange.only(key);
  for (const [method, raw] of [
    ['getAll', 'getAllValues'],
    ['get', 'getValue'],
  ] as const) {
    const read = IDBObjectStore.prototype[method] as (...args: unknown[]) => IDBRequest;
    const failing = function (this: IDBObjectStore, ...args: unknown[]): IDBRequest {
      const [wanted] = args as [IDBKeyRange | IDBValidKey | undefined];
      const range = wanted instanceof IDBKeyRange ? wanted : wanted && IDBKeyRange.only(wanted);
      if (range && !range.includes(lost.lower)) return read.apply(this, args);
      const { _rawObjectStore: records } = this as unknown as { _rawObjectStore: Raw };
      records[raw] = () => {
        throw new DOMException('', 'DataError');
      };
      const request = read.apply(this, args);
      delete records[raw];
      return request;
    };
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(failing as never);
  }
}

type Raw = { [method in 'getAllValues' | 'getValue']?: () => unknown };
