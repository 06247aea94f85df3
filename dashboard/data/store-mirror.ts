import { type Cell, type Content, createStore, type Store } from 'tinybase';
import type { StoreView } from '../api/store-view.ts';
import { isSame, type Leaf, pathOfLeaf } from './leaf.ts';

/** Something else was written at a leaf meanwhile. */
export interface Conflict {
  /** What it has now; undefined if it was deleted. */
  theirs: Cell | undefined;
}

/**
 * A TinyBase store with the content of a store on the server. It is read again and again, and each
 * edit is one request that fails if somebody else has changed the same cell or value meanwhile.
 */
export class StoreMirror {
  readonly store: Store = createStore();
  readonly #view: StoreView;
  #etag: string | undefined;
  /** Counts edits, because content that was read before one of them is out of date. */
  #edits = 0;
  #pendingEdits = 0;

  constructor(view: StoreView) {
    this.#view = view;
  }

  /** Reads the content if it has changed. */
  readonly refresh = async (signal: AbortSignal): Promise<void> => {
    const edits = this.#edits;
    const read = await this.#view.readAll(this.#etag, { signal });
    if (!read || this.#pendingEdits > 0 || this.#edits !== edits) return;
    const { tables = {}, values = {} } = (read.content ?? {}) as Record<string, object>;
    this.store.setContent([tables, values] as Content);
    this.#etag = read.etag;
  };

  /**
   * Sets a cell or a value, here at once and then on the server; undefined deletes it. Resolves with
   * the conflict if it is not what was shown here any more; then it has the content of the server
   * again. Rejects if the server could not be asked; then nothing has changed.
   */
  async write(leaf: Leaf, next: Cell | undefined): Promise<Conflict | undefined> {
    const shown = this.#get(leaf);
    this.#set(leaf, next);
    this.#edits++;
    this.#pendingEdits++;
    try {
      const conflict = await this.#send(leaf, shown, next);
      if (conflict) this.#set(leaf, conflict.theirs);
      return conflict;
    } catch (error) {
      this.#set(leaf, shown);
      throw error;
    } finally {
      this.#pendingEdits--;
      this.#edits++;
      this.#etag = undefined;
    }
  }

  async #send(leaf: Leaf, shown: Cell | undefined, next: Cell | undefined) {
    const path = pathOfLeaf(leaf);
    const { content, etag } = await this.#view.read(path);
    const theirs = content as Cell | undefined;
    if (!isSame(theirs, shown)) return isSame(theirs, next) ? undefined : { theirs };
    if (next === undefined && etag === undefined) return undefined;
    const isDone =
      next === undefined
        ? await this.#view.remove(path, etag!)
        : await this.#view.replace(path, next, etag);
    if (isDone) return undefined;
    return { theirs: (await this.#view.read(path)).content as Cell | undefined };
  }

  /** Deletes a row, cell by cell. Resolves with whether nobody else has changed it meanwhile. */
  async deleteRow(table: string, row: string): Promise<boolean> {
    const path = ['tables', table, row];
    const { content, etag } = await this.#view.read(path);
    const isKnown = isSame(content as Cell | undefined, this.store.getRow(table, row) as Cell);
    if (!isKnown || etag === undefined) return content === undefined;
    this.#edits++;
    const isDone = await this.#view.remove(path, etag);
    if (isDone) this.store.delRow(table, row);
    this.#etag = undefined;
    return isDone;
  }

  #get(leaf: Leaf): Cell | undefined {
    return leaf.kind === 'value'
      ? this.store.getValue(leaf.value)
      : this.store.getCell(leaf.table, leaf.row, leaf.cell);
  }

  #set(leaf: Leaf, next: Cell | undefined): void {
    if (leaf.kind === 'value') {
      if (next === undefined) this.store.delValue(leaf.value);
      else this.store.setValue(leaf.value, next);
    } else if (next === undefined) {
      this.store.delCell(leaf.table, leaf.row, leaf.cell, true);
    } else {
      this.store.setCell(leaf.table, leaf.row, leaf.cell, next);
    }
  }
}
