import type { MergeableStore } from 'tinybase';
import { isHeartbeat } from '../../../src/document/heartbeat.ts';
import { openDocument } from '../in-memory/documents.ts';
import type { MemoryStorage } from '../in-memory/storage/memory-storage.ts';

/** The HLCs of cells and values, by their paths. */
export type Clocks = Map<string, string>;

const keyOf = (...path: string[]): string => JSON.stringify(path);

/** The HLCs of everything that a store holds, deletions included, except the heartbeat. */
export function clocksOf(store: MergeableStore): Clocks {
  const [[tables], [values]] = store.getMergeableContent();
  const clocks: Clocks = new Map();
  for (const [table, [rows]] of Object.entries(tables)) {
    for (const [row, [cells]] of Object.entries(rows)) {
      for (const [cell, stamp] of Object.entries(cells))
        clocks.set(keyOf(table, row, cell), stamp[1]);
    }
  }
  for (const [id, stamp] of Object.entries(values)) {
    if (!isHeartbeat({ table: null, id })) clocks.set(keyOf(id), stamp[1]);
  }
  return clocks;
}

/** The HLCs of everything that a room finds in storage when it starts. */
export async function storedClocks(storage: MemoryStorage): Promise<Clocks> {
  const document = await openDocument(storage.copy());
  document.stop();
  const clocks: Clocks = new Map();
  for (const { table, row, id, hlc } of document.tree.all()) {
    clocks.set(table === null ? keyOf(id) : keyOf(table, row, id), hlc);
  }
  return clocks;
}

/** The paths whose content is neither there nor superseded by later content. */
export const missing = (claimed: Clocks, found: Clocks): string[] =>
  [...claimed].filter(([path, hlc]) => (found.get(path) ?? '') < hlc).map(([path]) => path);

/** What devices believed to be saved, and the storage at that moment. */
export class SavedClaims {
  readonly #latest: Clocks = new Map();
  #unchecked: { clocks: Clocks; storage: MemoryStorage }[] = [];
  count = 0;

  add(clocks: Clocks, storage: MemoryStorage): void {
    this.count += 1;
    this.#unchecked.push({ clocks, storage: storage.copy() });
    for (const [path, hlc] of clocks) {
      if ((this.#latest.get(path) ?? '') < hlc) this.#latest.set(path, hlc);
    }
  }

  /** The paths of new claims that storage did not hold at that moment. */
  async takeFalse(): Promise<string[]> {
    const wrong: string[] = [];
    for (const { clocks, storage } of this.#unchecked.splice(0)) {
      wrong.push(...missing(clocks, await storedClocks(storage)));
    }
    return wrong;
  }

  /** The paths of all claims that are not there any more. */
  missingIn(store: MergeableStore): string[] {
    return missing(this.#latest, clocksOf(store));
  }

  /** Forgets everything, because the data was replaced by earlier data. */
  clear(): void {
    this.#latest.clear();
    this.#unchecked = [];
  }
}
