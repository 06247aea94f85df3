import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { createMergeableStore, type MergeableStore } from 'tinybase';
import { onTestFinished, vi } from 'vitest';
import type { TinyHostError } from '../../../client/errors.ts';
import type { OfflineCopy } from '../../../client/offline/offline-copy.ts';
import { openOfflineCopy } from '../../../client/offline/open-copy.ts';

export const COPY = 'http://tinyhost.test/app ada@example.com 2026-01-01';

/** Creates an IndexedDB for this test, which all its tabs share. */
export function fakeIndexedDB(): IDBFactory {
  const factory = new IDBFactory();
  vi.stubGlobal('indexedDB', factory);
  vi.stubGlobal('IDBKeyRange', IDBKeyRange);
  onTestFinished(() => void vi.unstubAllGlobals());
  return factory;
}

export interface Tab {
  store: MergeableStore;
  copy: OfflineCopy;
  /** The reported errors in order; undefined when the copy works again. */
  told: (string | undefined)[];
}

/** Opens a tab and waits until its copy is loaded, or the wait has timed out. */
export async function openTab(store = createMergeableStore(), name = COPY): Promise<Tab> {
  const tab = startTab(store, name);
  await tab.copy.ready;
  return tab;
}

/** Opens a tab without waiting for its copy. */
export function startTab(store = createMergeableStore(), name = COPY): Tab {
  const told: Tab['told'] = [];
  const tell = (error: TinyHostError | undefined) => told.push(error?.message);
  const copy = openOfflineCopy(store, { name }, tell);
  onTestFinished(() => copy.stop());
  return { store, copy, told };
}

/** Opens a new tab, closes it and returns its store. */
export async function reopen(name = COPY): Promise<MergeableStore> {
  const { store, copy } = await openTab(undefined, name);
  await copy.stop();
  return store;
}

/** The names of all databases. */
export const databaseNames = async (): Promise<(string | undefined)[]> =>
  (await indexedDB.databases()).map(({ name }) => name);
