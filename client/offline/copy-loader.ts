import type { MergeableChanges, MergeableStore } from 'tinybase';
import { changesOf, type Entry, entriesOf, gather, isPartOf, type Path } from '../sync/entries.ts';
import { mergeEncodedChanges } from '../sync/merge-encoded-changes.ts';
import { readBatches } from './indexed-db/read-batches.ts';

export interface LoadOptions {
  /** Called with each path for which the copy has edits that were set aside. */
  onUnmerged(path: Path): void;
  /** Loading ends early when this returns true. */
  isStopped(): boolean;
}

/** Merges the records of an offline copy into a store. */
export class CopyLoader {
  readonly #store: MergeableStore;
  /** The entries that are being applied, by the key of their path. */
  #applying: ReadonlyMap<string, Entry> | undefined;
  #wasApplied = false;

  constructor(store: MergeableStore) {
    this.#store = store;
  }

  /** Resolves with the number of damaged records, or undefined if loading was stopped. */
  async load(
    database: IDBDatabase,
    { onUnmerged, isStopped }: LoadOptions,
  ): Promise<number | undefined> {
    let count = 0;
    for await (const { entries, damaged, unmerged } of readBatches(database)) {
      if (isStopped()) return undefined;
      count += damaged + (await this.#apply([...gather(entries)]));
      for (const path of unmerged) onUnmerged(path);
    }
    return count;
  }

  /**
   * Returns the paths of a transaction's changes that did not come from the copy. It has to be
   * called in each transaction, because it also tells `load` that the store took the changes.
   */
  pathsToSave(changes: MergeableChanges): Path[] {
    this.#wasApplied = true;
    return entriesOf(changes).flatMap((entry) => (this.isFromCopy(entry) ? [] : [entry.path]));
  }

  /** Whether an entry of the present transaction comes from the copy. */
  isFromCopy(entry: Entry): boolean {
    return this.#applying !== undefined && isPartOf(this.#applying, entry);
  }

  /**
   * Applies entries and resolves with how many TinyBase refuses. TinyBase refuses all entries if it
   * refuses one, so they are halved until the bad ones are found.
   */
  async #apply(entries: [key: string, entry: Entry][]): Promise<number> {
    if (entries.length === 0) return 0;
    this.#applying = new Map(entries);
    this.#wasApplied = false;
    await mergeEncodedChanges(this.#store, changesOf(this.#applying.values()));
    this.#applying = undefined;
    if (this.#wasApplied) return 0;
    const half = entries.length >> 1;
    if (half === 0) return 1;
    const first = await this.#apply(entries.slice(0, half));
    return first + (await this.#apply(entries.slice(half)));
  }
}
