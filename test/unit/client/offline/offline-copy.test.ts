import { IDBObjectStore } from 'fake-indexeddb';
import { createMergeableStore } from 'tinybase';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { nextCount } from '../../../../client/offline/indexed-db/read-batches.ts';
import {
  COPY,
  fakeIndexedDB,
  openTab,
  reopen,
  startTab,
} from '../../../helpers/simulated-client/offline-tabs.ts';

beforeEach(() => void fakeIndexedDB());

test('a copy restores all stamps, including those of deletions', async () => {
  const { store, copy } = await openTab();
  store.setTables({ tasks: { a: { title: 'write', tags: ['x', { y: 1 }], due: null } } });
  store.setRow('tasks', 'gone', { title: 'delete me', done: false });
  store.setValues({ colour: 'green', size: { width: 2 }, old: 1 });
  store.setCell('__proto__', '__proto__', '__proto__', 'constructor');
  store.delRow('tasks', 'gone').delValue('old').delCell('tasks', 'a', 'due');
  await copy.stop();
  const again = await reopen();
  expect(again.getContent()).toEqual(store.getContent());
  expect(again.getMergeableContent()).toEqual(store.getMergeableContent());
});

test('a deletion is written to an existing copy', async () => {
  const { store, copy } = await openTab();
  store.setRow('tasks', 'a', { title: 'write' }).setValue('colour', 'green');
  await copy.stop();
  const later = await openTab();
  later.store.delRow('tasks', 'a').delValue('colour');
  await later.copy.stop();
  const again = await reopen();
  expect(again.getContent()).toEqual([{}, {}]);
  expect(again.getMergeableContentHashes()).toEqual(later.store.getMergeableContentHashes());
});

test('the heartbeat is not stored', async () => {
  const { store, copy } = await openTab();
  const puts = countPuts();
  store.setValue('heartbeat', new Date().toISOString());
  await copy.stop();
  expect(puts()).toBe(0);
  expect((await reopen()).getValues()).toEqual({});
});

test('an edit writes one record, even in a large store', async () => {
  const { store, copy } = await openTab();
  store.transaction(() => {
    for (let row = 0; row < 100; row++) store.setRow('tasks', `${row}`, { title: 'a', n: row });
  });
  await copy.stop();
  const later = await openTab();
  const puts = countPuts();
  later.store.setCell('tasks', '50', 'title', 'b');
  await later.copy.stop();
  expect(puts()).toBe(1);
  expect((await reopen()).getCell('tasks', '50', 'title')).toBe('b');
});

test('opening and closing a copy writes nothing', async () => {
  const { store, copy } = await openTab();
  store.setTables({ tasks: { a: { title: 'write' } } });
  await copy.stop();
  const puts = countPuts();
  await (await openTab()).copy.stop();
  await (await openTab(store)).copy.stop();
  expect(puts()).toBe(0);
});

test('content of the store and edits during loading are kept', async () => {
  const first = await openTab(createMergeableStore(undefined, () => Date.now() - 1_000));
  first.store.setRow('tasks', 'a', { title: 'of old', done: false });
  await first.copy.stop();
  const store = createMergeableStore().setRow('tasks', 'b', { title: 'before' });
  const tab = startTab(store);
  store.setCell('tasks', 'a', 'done', true);
  await tab.copy.ready;
  expect(store.getRow('tasks', 'a')).toEqual({ title: 'of old', done: true });
  await tab.copy.stop();
  expect((await reopen()).getTable('tasks')).toEqual(store.getTable('tasks'));
});

test('a copy that is closed at once stores all edits', async () => {
  const { store, copy } = startTab();
  store.setValue('colour', 'green');
  await copy.stop();
  expect((await reopen()).getValues()).toEqual({ colour: 'green' });
});

test('two tabs can write the same row without losing edits', async () => {
  const first = await openTab();
  first.store.setRow('tasks', 'a', { title: 'write', done: false, n: 1 });
  await first.copy.stop();
  const [one, two] = [await openTab(), await openTab()];
  one.store.setCell('tasks', 'a', 'n', 2);
  one.store.setCell('tasks', 'a', 'title', 'from one');
  two.store.setCell('tasks', 'a', 'n', 3);
  two.store.delCell('tasks', 'a', 'done');
  await two.copy.stop();
  await one.copy.stop();
  const expected = createMergeableStore().merge(one.store).merge(two.store);
  const again = await reopen();
  expect(again.getRow('tasks', 'a')).toEqual(expected.getRow('tasks', 'a'));
  expect(again.getMergeableContent()).toEqual(expected.getMergeableContent());
});

test('changes of a mutating listener during loading are stored', async () => {
  const first = await openTab();
  first.store.setRow('tasks', 'a', { title: 'write' });
  await first.copy.stop();
  const store = createMergeableStore();
  store.addCellListener(
    null,
    null,
    'title',
    () => void store.setCell('tasks', 'a', 'seen', true),
    true,
  );
  const tab = await openTab(store);
  await tab.copy.stop();
  expect((await reopen()).getRow('tasks', 'a')).toEqual({ title: 'write', seen: true });
});

test('a closing page writes without reading first', async () => {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  const first = await openTab();
  first.store.setRow('tasks', 'a', { title: 'write', done: false });
  await first.copy.stop();
  const [one, two] = [await openTab(), await openTab()];
  const reads = vi.spyOn(IDBObjectStore.prototype, 'getAll');
  const [late] = [one.store.setCell('tasks', 'a', 'title', 'last words')];
  page.dispatchEvent(new Event('pagehide'));
  expect(reads).not.toHaveBeenCalled();
  reads.mockRestore();
  two.store.setCell('tasks', 'a', 'done', true);
  await two.copy.stop();
  const again = await reopen();
  expect(again.getRow('tasks', 'a')).toEqual({ title: 'last words', done: true });
  expect(await keysOf('rows')).toEqual([['tasks', 'a']]);
  expect(late.getRow('tasks', 'a')).toEqual({ title: 'last words', done: false });
});

function countPuts(): () => number {
  const put = vi.spyOn(IDBObjectStore.prototype, 'put');
  onTestFinished(() => put.mockRestore());
  return () => put.mock.calls.length;
}

const keysOf = (store: string): Promise<IDBValidKey[]> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(COPY);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const request = database.transaction(store).objectStore(store).getAllKeys();
      request.onsuccess = () => {
        database.close();
        resolve(request.result);
      };
    };
  });

test('a slow device reads smaller batches, and a fast one larger batches', () => {
  expect(nextCount(50, 100)).toBe(10);
  expect(nextCount(100, 20)).toBe(50);
  expect(nextCount(50, 0)).toBe(100);
  expect(nextCount(150, 1)).toBe(200);
  expect(nextCount(10, 10_000)).toBe(10);
});
