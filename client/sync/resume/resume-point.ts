import type { MergeableChanges, MergeableStore } from 'tinybase';
import {
  type Entry,
  entriesOf,
  keyOf,
  type Path,
  pathsOf,
  readEntries,
  type Stamps,
} from '../entries.ts';

/** The most rows and values with edits to remember. After more, hashes are compared instead. */
const MAX_EDITED_PATHS = 2_000;

/** The most rows and values that a new store may have before it connects. */
const MAX_FIRST_PATHS = 20;

/** The revision of a store that the app has not edited yet. */
export const FIRST_REVISION = 1;

/** A row or value that the app has edited. For a row, `ids` are the edited cells. */
export interface EditedPath {
  path: Path;
  ids: string[];
}

/** What the offline copy keeps of a resume point. */
export interface StoredResumePoint {
  cursor: string | undefined;
  edits: EditedPath[];
}

interface Edit {
  path: Path;
  ids: Set<string>;
  /** The revision of the store (see save-tracker.ts) after the last edit. */
  revision: number;
}

/**
 * How far a store has come with the server: the cursor of the last sync point at which both had the
 * same content, and where the app has written since. With it a reconnection costs what has changed.
 * It is only a shortcut: if it is wrong or missing, both sides compare their hashes.
 */
export class ResumePoint {
  #cursor: string | undefined;
  readonly #edits = new Map<string, Edit>();
  /** The last revision with more edits than are remembered. */
  #overflow = Number.NEGATIVE_INFINITY;
  /** Whether the store has nothing but edits that are known, and what the server has sent. */
  #isFresh = false;
  /** Whether an entry of a transaction comes from an offline copy, and is no edit of the app. */
  isOld: (entry: Entry) => boolean = () => false;
  /** Whether an entry of a transaction comes from the server's full copy. */
  isCopied: (entry: Entry) => boolean = () => false;
  /** Whether a transaction only wrote what the server has sent. */
  isReceived: (changes: MergeableChanges) => boolean = () => false;
  /** Called after the app has edited the store. */
  onEdit: () => void = () => undefined;
  /** Called after each change of the resume point. */
  onChange: () => void = () => undefined;

  get cursor(): string | undefined {
    return this.#cursor;
  }

  /** Whether the store has no cursor, and nothing from before it first connected. */
  get isFresh(): boolean {
    return this.#isFresh && this.#cursor === undefined;
  }

  /** Takes the first content of a store for edits of the app, if it is little. */
  begin(store: MergeableStore): void {
    const counts = store.getTableIds().map((table) => store.getRowCount(table));
    const count = counts.reduce((sum, rows) => sum + rows, store.getValueIds().length);
    const paths = count <= MAX_FIRST_PATHS ? pathsOf(store) : [];
    if (count > MAX_FIRST_PATHS || paths.length > MAX_FIRST_PATHS) return;
    for (const { path, stamps } of readEntries(store, paths)) {
      this.#add(path, Object.keys(stamps), FIRST_REVISION);
    }
    this.#isFresh = true;
  }

  /** Notes the app's edits in a transaction, after which the store has this revision. */
  addEdits(changes: MergeableChanges, revision: number): void {
    for (const entry of entriesOf(changes)) {
      if (this.isCopied(entry)) continue;
      if (this.isOld(entry)) this.#isFresh = false;
      else this.#add(entry.path, Object.keys(entry.stamps), revision);
    }
    this.onEdit();
    this.onChange();
  }

  /** Notes that the store has all changes up to a cursor. */
  advance(cursor: string): void {
    this.#cursor = cursor;
    this.onChange();
  }

  /** Notes that the server has all edits up to this revision of the store. */
  acknowledge(revision: number): void {
    for (const [key, edit] of this.#edits) if (edit.revision <= revision) this.#edits.delete(key);
    if (this.#overflow <= revision) this.#overflow = Number.NEGATIVE_INFINITY;
    this.onChange();
  }

  /** Takes over a stored resume point, unless a sync point was reached already. */
  restore({ cursor, edits }: StoredResumePoint): void {
    if (this.#cursor !== undefined) return;
    this.#cursor = cursor;
    for (const { path, ids } of edits) this.#add(path, ids, FIRST_REVISION);
  }

  /** What to store; undefined if it cannot be resumed from. */
  toStored(): StoredResumePoint | undefined {
    if (this.#hasForgotten) return undefined;
    const edits = Array.from(this.#edits.values(), ({ path, ids }) => ({ path, ids: [...ids] }));
    return { cursor: this.#cursor, edits };
  }

  /** The present stamps of everything that was edited; undefined if that is not known. */
  readEdits(store: MergeableStore): Entry[] | undefined {
    if (this.#hasForgotten) return undefined;
    const paths = Array.from(this.#edits.values(), ({ path }) => path);
    return readEntries(store, paths).map(({ path, stamps }) => ({
      path,
      stamps: pick(stamps, this.#edits.get(keyOf(path))?.ids ?? []),
    }));
  }

  /** Whether there were more edits than are remembered. */
  get #hasForgotten(): boolean {
    return this.#overflow > Number.NEGATIVE_INFINITY;
  }

  #add(path: Path, ids: Iterable<string>, revision: number): void {
    const key = keyOf(path);
    const edit = this.#edits.get(key) ?? { path, ids: new Set<string>(), revision };
    for (const id of ids) edit.ids.add(id);
    edit.revision = Math.max(edit.revision, revision);
    if (this.#edits.size < MAX_EDITED_PATHS || this.#edits.has(key)) this.#edits.set(key, edit);
    else this.#overflow = revision;
  }
}

const pick = (stamps: Stamps, ids: Iterable<string>): Stamps =>
  Object.fromEntries(
    [...ids].filter((id) => Object.hasOwn(stamps, id)).map((id) => [id, stamps[id]!]),
  );
