import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eraseOfflineCopy } from '../../../../client/offline/indexed-db/erase-copy.ts';
import { UnsavedPaths } from '../../../../client/offline/unsaved-paths.ts';
import {
  COPY,
  databaseNames,
  fakeIndexedDB,
  openTab,
  startTab,
} from '../../../helpers/simulated-client/offline-tabs.ts';
import { failCommits, pass, settle } from '../../../helpers/simulated-client/offline-time.ts';

beforeEach(() => {
  fakeIndexedDB();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => void vi.useRealTimers());

describe('an erased copy', () => {
  test('is not written again by another open tab, nor after a failure', async () => {
    const [one, two] = [await openTab(), await openTab()];
    one.store.setValue('colour', 'green');
    two.store.setValue('size', 1);
    await pass(300);
    const commits = failCommits('UnknownError');
    two.store.setValue('size', 2);
    await pass(300);
    commits.mockRestore();
    await eraseOfflineCopy(COPY);
    one.store.setValue('colour', 'red');
    await pass(120_000);
    await one.copy.stop();
    await two.copy.stop();
    expect(await databaseNames()).toEqual([]);
    expect(one.told.at(-1)).toBe('the offline copy was erased or replaced');
    expect(two.told.at(-1)).toBe('the offline copy was erased');
  });

  test('is erased while a tab opens or closes it', async () => {
    const opening = startTab();
    opening.store.setValue('colour', 'green');
    const stopping = opening.copy.stop();
    await settle();
    await eraseOfflineCopy(COPY);
    await stopping;
    await pass(1_000);
    expect(await databaseNames()).toEqual([]);
  });

  test('blocks nobody if a tab does not close it', async () => {
    await new Promise((resolve) => {
      const opening = indexedDB.open(COPY, 4);
      opening.onsuccess = resolve;
    });
    const erasing = eraseOfflineCopy(COPY);
    await pass(3_100);
    await erasing;
  });
});

test('unsaved edits are remembered by path, once for each row and value', () => {
  const unsaved = new UnsavedPaths();
  for (let edit = 0; edit < 1_000; edit++) unsaved.add(['tasks', `${edit % 10}`]);
  expect(unsaved.size).toBe(10);
  const batch = unsaved.take(4);
  unsaved.add(batch[0]!);
  unsaved.done(batch, false);
  expect(unsaved.size).toBe(10);
  unsaved.done(unsaved.take(10), true);
  expect(unsaved.latest(10)).toEqual([]);
});
