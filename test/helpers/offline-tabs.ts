import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { createMergeableStore, type MergeableStore } from 'tinybase';
import { onTestFinished, vi } from 'vitest';
import type { TinyHostError } from '../../client/errors.ts';
import { type OfflineCopy, openOfflineCopy } from '../../client/offline/open-copy.ts';

export const COPY = 'http://tinyhost.test/app ada@example.com 2026-01-01';

/** Gives this test an IndexedDB of its own. All its tabs share it. */
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
  /** What the copy told, in order: the codes' messages, and undefined when all is well. */
  told: (string | undefined)[];
}

/** A tab with a copy that it has loaded, or given up on for now. */
export async function openTab(store = createMergeableStore(), name = COPY): Promise<Tab> {
  const tab = startTab(store, name);
  await tab.copy.ready;
  return tab;
}

/** A tab that is still loading its copy. */
export function startTab(store = createMergeableStore(), name = COPY): Tab {
  const told: Tab['told'] = [];
  const tell = (error: TinyHostError | undefined) => told.push(error?.message);
  const copy = openOfflineCopy(store, name, tell);
  onTestFinished(() => copy.stop());
  return { store, copy, told };
}

/** The store of a tab that is opened when all others are closed. */
export async function reopen(name = COPY): Promise<MergeableStore> {
  const { store, copy } = await openTab(undefined, name);
  await copy.stop();
  return store;
}

/** The names of the databases that there are. */
export const databaseNames = async (): Promise<(string | undefined)[]> =>
  (await indexedDB.databases()).map(({ name }) => name);
